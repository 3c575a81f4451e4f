BEGIN TRANSACTION;
CREATE TABLE attempts (
	attempt TEXT NOT NULL, 
	person TEXT NOT NULL, 
	scenario TEXT NOT NULL, 
	mode TEXT NOT NULL, 
	started TEXT NOT NULL, 
	last TEXT NOT NULL, 
	turns INTEGER NOT NULL, 
	origin TEXT, 
	origin_turn INTEGER, 
	finished INTEGER NOT NULL, 
	count INTEGER NOT NULL, 
	head TEXT NOT NULL, 
	assignment TEXT, 
	beside INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (attempt), 
	FOREIGN KEY(person) REFERENCES people (person)
);
INSERT INTO "attempts" VALUES('a3','98e14098301f4714aecee250c19b2129','invoice-not-found','practice','2026-03-02T12:00:00.123456+00:00','2026-03-02T12:00:00.123456+00:00',0,NULL,NULL,0,1,'6d9a4c7eb0528869bc83c6b3ba50f909566b98031e7dc92eb09408998cf1c8d4',NULL,0);
INSERT INTO "attempts" VALUES('a1','a87a912b7cc1431885082817b1ac9c1c','invoice-not-found','practice','2026-03-02T12:00:00.123456+00:00','2026-03-02T12:00:03.123456+00:00',1,NULL,NULL,0,5,'167c5eac4be8b99db93e4ded638700b19d7c3d8aaa04312eb5b6181911f94d54',NULL,1);
INSERT INTO "attempts" VALUES('a2','a87a912b7cc1431885082817b1ac9c1c','invoice-not-found','exam','2026-03-02T13:00:00.123456+00:00','2026-03-02T13:00:00.123456+00:00',0,NULL,NULL,0,1,'b11516e0df3dc085e2c477202a80e76a6c5ad34842945174d755baae79c5dacc','march',0);
CREATE TABLE contents (
	sha256 TEXT NOT NULL, 
	bytes BLOB NOT NULL, 
	PRIMARY KEY (sha256)
);
INSERT INTO "contents" VALUES('dcd10bfaaa9463d5ff9c940c20dd271093d80737d631f4f697f9d64f377a1d9c',X'69643A20696E766F6963652D6E6F742D666F756E64');
CREATE TABLE events (
	attempt TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	payload TEXT NOT NULL, 
	commitment TEXT, 
	previous TEXT NOT NULL, 
	hash TEXT NOT NULL, 
	PRIMARY KEY (attempt, seq), 
	FOREIGN KEY(attempt) REFERENCES attempts (attempt)
);
INSERT INTO "events" VALUES('a3',0,'2026-03-02T12:00:00.123456+00:00','{"assignment":null,"closes":null,"content":"dcd10bfaaa9463d5ff9c940c20dd271093d80737d631f4f697f9d64f377a1d9c","kind":"started","language":"zh","mode":"practice","model":true,"origin":null,"pass_mark":null,"person":"98e14098301f4714aecee250c19b2129","prefix":[],"rubric":"1","scenario":"invoice-not-found","seed":7,"shared":false}','32b4474c0d6c5afa0877137c6d86522505ae24f4bf630e19ac063140c48dd08d','0000000000000000000000000000000000000000000000000000000000000000','6d9a4c7eb0528869bc83c6b3ba50f909566b98031e7dc92eb09408998cf1c8d4');
INSERT INTO "events" VALUES('a1',0,'2026-03-02T12:00:00.123456+00:00','{"assignment":null,"closes":null,"content":"dcd10bfaaa9463d5ff9c940c20dd271093d80737d631f4f697f9d64f377a1d9c","kind":"started","language":"zh","mode":"practice","model":true,"origin":null,"pass_mark":null,"person":"a87a912b7cc1431885082817b1ac9c1c","prefix":[],"rubric":"1","scenario":"invoice-not-found","seed":7,"shared":false}','35e22c0de930a5f00659a7cac6fbeb0a4ad5d8bdf630fc2d453d6deb4917dfbe','0000000000000000000000000000000000000000000000000000000000000000','03ba53bcf1c1dfa6ba8cb1ad666925886bb143d5e4de18bddd5cc47c4caf07f6');
INSERT INTO "events" VALUES('a1',1,'2026-03-02T12:00:01.123456+00:00','{"answers":{"limit":3.5},"kind":"prepared"}',NULL,'03ba53bcf1c1dfa6ba8cb1ad666925886bb143d5e4de18bddd5cc47c4caf07f6','66fe85a9375766d3a513a0753d70d47bd23a9b5c6f6c225b3cf8ea5aa3a97197');
INSERT INTO "events" VALUES('a1',2,'2026-03-02T12:00:02.123456+00:00','{"confidence":null,"how":"menu","kind":"played","marked":null,"move":"open-question:not-found","picked":false,"turn":1}','00586b57d9e8416d091dc7b04fadec3ed5fdfee01649b47063e5326f03bd424c','66fe85a9375766d3a513a0753d70d47bd23a9b5c6f6c225b3cf8ea5aa3a97197','eb8b7fb36d90604c7cb87cafc3c0839754adde09d0ff80925a4d8b74ad39a8c9');
INSERT INTO "events" VALUES('a1',3,'2026-03-02T12:00:03.123456+00:00','{"answers":{},"kind":"filed"}',NULL,'eb8b7fb36d90604c7cb87cafc3c0839754adde09d0ff80925a4d8b74ad39a8c9','219473cd97299353dff1b7028285f3c176fc58e5aba69fc4fc1ef209e462e1df');
INSERT INTO "events" VALUES('a1',4,'2026-03-03T12:00:00.123456+00:00','{"by":"6b8c87f3dfa247b88ea83bd4d1e68c84","kind":"remarked","replaces":null,"turn":1}','56e4eb97d80cb0a05ea15adaa20eeda0a64687e7e392ab2c884b1b63e40aa3f7','219473cd97299353dff1b7028285f3c176fc58e5aba69fc4fc1ef209e462e1df','167c5eac4be8b99db93e4ded638700b19d7c3d8aaa04312eb5b6181911f94d54');
INSERT INTO "events" VALUES('a2',0,'2026-03-02T13:00:00.123456+00:00','{"assignment":"march","closes":null,"content":"dcd10bfaaa9463d5ff9c940c20dd271093d80737d631f4f697f9d64f377a1d9c","kind":"started","language":"zh","mode":"exam","model":true,"origin":null,"pass_mark":70.0,"person":"a87a912b7cc1431885082817b1ac9c1c","prefix":[],"rubric":"1","scenario":"invoice-not-found","seed":7,"shared":false}','36260459aba021e530a27aba40e57cb16ef3d74cea5242b755274a03889f2c05','0000000000000000000000000000000000000000000000000000000000000000','b11516e0df3dc085e2c477202a80e76a6c5ad34842945174d755baae79c5dacc');
CREATE TABLE journal (
	seq INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	payload TEXT NOT NULL, 
	about TEXT, 
	commitment TEXT, 
	previous TEXT NOT NULL, 
	hash TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	FOREIGN KEY(about) REFERENCES people (person)
);
INSERT INTO "journal" VALUES(0,'2026-03-02T12:00:04.123456+00:00','{"by":null,"group":"east","kind":"group-made","name":"华东"}',NULL,NULL,'0000000000000000000000000000000000000000000000000000000000000000','d55d08a5e0ec92e22344dbd12dad3a6f4c69911df512264412767ac9907d5fdf');
INSERT INTO "journal" VALUES(1,'2026-03-02T12:00:05.123456+00:00','{"by":null,"group":"east","kind":"joined","on":null,"person":"a87a912b7cc1431885082817b1ac9c1c"}','a87a912b7cc1431885082817b1ac9c1c','53de0bafbb243b6d03ee269203b7c9e5df3cd1572581460e86e69e590188c986','d55d08a5e0ec92e22344dbd12dad3a6f4c69911df512264412767ac9907d5fdf','650231d2527aaaf2fe1135c5799f7617468570b8d5fa7c0c3f4b9d4d5a06a142');
INSERT INTO "journal" VALUES(2,'2026-03-02T12:00:06.123456+00:00','{"by":null,"group":"east","kind":"joined","on":null,"person":"98e14098301f4714aecee250c19b2129"}','98e14098301f4714aecee250c19b2129','c5903089c18a52b9edb047ab058c7cf94587e2686dab743f815b317fa04b6309','650231d2527aaaf2fe1135c5799f7617468570b8d5fa7c0c3f4b9d4d5a06a142','caf4ee577201fb1a786a5494d9aeaad1ebd571b28328e411cfdf4797db44709d');
INSERT INTO "journal" VALUES(3,'2026-03-02T12:00:07.123456+00:00','{"assignment":"march","attempts":1,"by":"6b8c87f3dfa247b88ea83bd4d1e68c84","course":null,"due":"2026-03-09T12:00:00.123456Z","groups":["east"],"kind":"assigned","mode":"exam","model":false,"pass_mark":70.0,"people":[],"scenarios":["invoice-not-found"],"shared":false,"title":"三月考试"}',NULL,NULL,'caf4ee577201fb1a786a5494d9aeaad1ebd571b28328e411cfdf4797db44709d','c3b1b42ead9ca167efb699f8538295e05354991947c30afb92723bb46d4342f8');
INSERT INTO "journal" VALUES(4,'2026-03-02T14:00:00.123456+00:00','{"by":"6b8c87f3dfa247b88ea83bd4d1e68c84","kind":"erased","person":"98e14098301f4714aecee250c19b2129","why":"request"}',NULL,NULL,'c3b1b42ead9ca167efb699f8538295e05354991947c30afb92723bb46d4342f8','438c489cc6ad550e18fc2fa0dc9a05e1657b0daa669ef87fcef6ec29dc36e9bb');
CREATE TABLE journal_texts (
	seq INTEGER NOT NULL, 
	text TEXT, 
	PRIMARY KEY (seq), 
	FOREIGN KEY(seq) REFERENCES journal (seq)
);
INSERT INTO "journal_texts" VALUES(1,'{"name":"王芳"}');
INSERT INTO "journal_texts" VALUES(2,NULL);
CREATE TABLE meta (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "meta" VALUES('schema','2');
INSERT INTO "meta" VALUES('journal','5 438c489cc6ad550e18fc2fa0dc9a05e1657b0daa669ef87fcef6ec29dc36e9bb');
INSERT INTO "meta" VALUES('results','1');
CREATE TABLE objectives (
	code INTEGER NOT NULL, 
	objective TEXT NOT NULL, 
	PRIMARY KEY (code), 
	UNIQUE (objective)
);
INSERT INTO "objectives" VALUES(0,'collection/a.b');
INSERT INTO "objectives" VALUES(1,'credit/c.d');
CREATE TABLE people (
	person TEXT NOT NULL, 
	name TEXT, 
	"key" BLOB, 
	erased INTEGER NOT NULL, 
	PRIMARY KEY (person), 
	UNIQUE (name)
);
INSERT INTO "people" VALUES('a87a912b7cc1431885082817b1ac9c1c','王芳',X'C2108BDB9D03842F8ADE166B092DE105C82F766B6E40A9BF27E988B73056CC7D',0);
INSERT INTO "people" VALUES('6b8c87f3dfa247b88ea83bd4d1e68c84','韩梅梅',X'404FEDC5D8B7717F35C0339FBDB88A2C43B02DB0D4908A4857001D35EC31BB62',0);
INSERT INTO "people" VALUES('98e14098301f4714aecee250c19b2129',NULL,NULL,1);
CREATE TABLE results (
	attempt TEXT NOT NULL, 
	rubric TEXT NOT NULL, 
	person TEXT NOT NULL, 
	scenario TEXT NOT NULL, 
	content TEXT NOT NULL, 
	mode TEXT NOT NULL, 
	language TEXT NOT NULL, 
	assignment TEXT, 
	started TEXT NOT NULL, 
	ended TEXT NOT NULL, 
	seconds DOUBLE NOT NULL, 
	turns INTEGER NOT NULL, 
	total DOUBLE NOT NULL, 
	before_gate DOUBLE NOT NULL, 
	passed INTEGER NOT NULL, 
	pass_mark DOUBLE NOT NULL, 
	parts TEXT NOT NULL, 
	breaches TEXT NOT NULL, 
	worth DOUBLE NOT NULL, 
	best DOUBLE NOT NULL, 
	floor DOUBLE NOT NULL, 
	ending TEXT NOT NULL, 
	evidence INTEGER NOT NULL, 
	overruled INTEGER NOT NULL, 
	head TEXT NOT NULL, 
	observed INTEGER NOT NULL, 
	objective BLOB NOT NULL, 
	turn BLOB NOT NULL, 
	credit BLOB NOT NULL, 
	chance BLOB NOT NULL, 
	reason BLOB NOT NULL, 
	what TEXT NOT NULL, 
	PRIMARY KEY (attempt, rubric), 
	FOREIGN KEY(attempt) REFERENCES attempts (attempt)
);
INSERT INTO "results" VALUES('a1','1','a87a912b7cc1431885082817b1ac9c1c','invoice-not-found','dcd10bfaaa9463d5ff9c940c20dd271093d80737d631f4f697f9d64f377a1d9c','practice','zh',NULL,'2026-03-02T12:00:00.123456+00:00','2026-03-02T13:00:00.123456+00:00',600.5,12,81.25,81.25,1,70.0,'{"discovery":null,"paperwork":70.0,"result":80.0,"tactics":90.5}','[]',61.5,87.5,16.25,'promise',1,0,'167c5eac4be8b99db93e4ded638700b19d7c3d8aaa04312eb5b6181911f94d54',2,X'00000100',X'01000000',X'000000000000E83F0000000000000000',X'000000000000E03F000000000000F87F',X'0003','["probe","probe"]');
CREATE TABLE standings (
	person TEXT NOT NULL, 
	rubric TEXT NOT NULL, 
	stamp TEXT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (person, rubric), 
	FOREIGN KEY(person) REFERENCES people (person)
);
INSERT INTO "standings" VALUES('a87a912b7cc1431885082817b1ac9c1c','1','stamp','{"due":[]}');
CREATE TABLE texts (
	attempt TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	text TEXT, 
	PRIMARY KEY (attempt, seq), 
	FOREIGN KEY(attempt, seq) REFERENCES events (attempt, seq)
);
INSERT INTO "texts" VALUES('a3',0,NULL);
INSERT INTO "texts" VALUES('a1',0,'开始吧');
INSERT INTO "texts" VALUES('a1',2,'您好,请问发票收到了吗?');
INSERT INTO "texts" VALUES('a1',4,'先寒暄');
CREATE INDEX ix_attempts_person ON attempts (person);
CREATE INDEX ix_attempts_last ON attempts (last);
CREATE INDEX ix_attempts_scenario ON attempts (scenario);
CREATE INDEX ix_journal_about ON journal (about);
CREATE INDEX ix_results_person ON results (person);
CREATE INDEX ix_results_order ON results (rubric, person, ended, attempt);
COMMIT;
