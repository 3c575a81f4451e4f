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
	PRIMARY KEY (attempt), 
	FOREIGN KEY(person) REFERENCES people (person)
);
INSERT INTO "attempts" VALUES('a1','a9b5baf33341487aa8954924669d19ef','invoice-not-found','practice','2026-03-02T12:00:00.123456+00:00','2026-03-02T12:00:03.123456+00:00',1,NULL,NULL,1,5,'798b8f5f9b822303482be0425ef771c50bb3490a8afd386233bffd2b6f8cecc2');
INSERT INTO "attempts" VALUES('a2','a9b5baf33341487aa8954924669d19ef','invoice-not-found','exam','2026-03-02T13:00:00.123456+00:00','2026-03-02T13:00:00.123456+00:00',0,NULL,NULL,0,1,'fd49a123661714922d158542b295439cbdc6f9b39f6612a95365f712b9774157');
INSERT INTO "attempts" VALUES('a3','cae6f09d75844d0e94894a8be7118f9f','invoice-not-found','practice','2026-03-02T12:00:00.123456+00:00','2026-03-02T12:00:00.123456+00:00',0,NULL,NULL,0,1,'90700e7b57b49e2d51b0f7d590791f36207921c38dae75c149b6c0baf0f1fe5c');
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
INSERT INTO "events" VALUES('a1',0,'2026-03-02T12:00:00.123456+00:00','{"content":"dcd10bfaaa9463d5ff9c940c20dd271093d80737d631f4f697f9d64f377a1d9c","kind":"started","language":"zh","mode":"practice","origin":null,"person":"a9b5baf33341487aa8954924669d19ef","prefix":[],"rubric":"1","scenario":"invoice-not-found","seed":7}','73fc0cb8e963cc930e44c6ee22999aee20b1f07a64a4ac48c4ae552397af74f8','0000000000000000000000000000000000000000000000000000000000000000','b1839861973db589e6ae989e06bf98b9a1e674104e078eaed3111ab17db24845');
INSERT INTO "events" VALUES('a1',1,'2026-03-02T12:00:01.123456+00:00','{"answers":{"limit":3.5},"kind":"prepared"}',NULL,'b1839861973db589e6ae989e06bf98b9a1e674104e078eaed3111ab17db24845','bd4c19dad6a9011466eddcc312e4f9f18567697521d6ba9fdfff29686c89596a');
INSERT INTO "events" VALUES('a1',2,'2026-03-02T12:00:02.123456+00:00','{"kind":"played","move":"open-question:not-found","turn":1}','3314821b3b1ece24c3679b6a5fc1a2252ba41689d59a21a255a92155e05eda19','bd4c19dad6a9011466eddcc312e4f9f18567697521d6ba9fdfff29686c89596a','fb3f7c5834bf47370a00f988017c2062261d6b1a66f44001c25a8ae01c4b9c8f');
INSERT INTO "events" VALUES('a1',3,'2026-03-02T12:00:03.123456+00:00','{"answers":{},"kind":"filed"}',NULL,'fb3f7c5834bf47370a00f988017c2062261d6b1a66f44001c25a8ae01c4b9c8f','74201516abe8e1e72d6e07c20721a7484177e5c3220eb23fe42f2fa26fc1bd66');
INSERT INTO "events" VALUES('a1',4,'2026-03-03T12:00:00.123456+00:00','{"by":"b057e5761d7c4bddbf3bc2c07451c26d","kind":"remarked","replaces":null,"turn":1}','6a8178cce4edc6db6c336ad2ec7e874ee6299cdba587a6dc35fb52a8547624cb','74201516abe8e1e72d6e07c20721a7484177e5c3220eb23fe42f2fa26fc1bd66','798b8f5f9b822303482be0425ef771c50bb3490a8afd386233bffd2b6f8cecc2');
INSERT INTO "events" VALUES('a2',0,'2026-03-02T13:00:00.123456+00:00','{"content":"dcd10bfaaa9463d5ff9c940c20dd271093d80737d631f4f697f9d64f377a1d9c","kind":"started","language":"zh","mode":"exam","origin":null,"person":"a9b5baf33341487aa8954924669d19ef","prefix":[],"rubric":"1","scenario":"invoice-not-found","seed":7}','55bf690c998e12d059c6886f857d9d3419c9fb08d599dbfde66c0b2ba2ab3ce3','0000000000000000000000000000000000000000000000000000000000000000','fd49a123661714922d158542b295439cbdc6f9b39f6612a95365f712b9774157');
INSERT INTO "events" VALUES('a3',0,'2026-03-02T12:00:00.123456+00:00','{"content":"dcd10bfaaa9463d5ff9c940c20dd271093d80737d631f4f697f9d64f377a1d9c","kind":"started","language":"zh","mode":"practice","origin":null,"person":"cae6f09d75844d0e94894a8be7118f9f","prefix":[],"rubric":"1","scenario":"invoice-not-found","seed":7}','201b3b6ae7b53a2b9a78c2e462bcc9b7582eea72b6bec65894e58c8f66446256','0000000000000000000000000000000000000000000000000000000000000000','90700e7b57b49e2d51b0f7d590791f36207921c38dae75c149b6c0baf0f1fe5c');
CREATE TABLE meta (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "meta" VALUES('schema','1');
CREATE TABLE people (
	person TEXT NOT NULL, 
	name TEXT, 
	"key" BLOB, 
	erased INTEGER NOT NULL, 
	PRIMARY KEY (person), 
	UNIQUE (name)
);
INSERT INTO "people" VALUES('a9b5baf33341487aa8954924669d19ef','王芳',X'7810098FC65A29E744B49DF53187F99A378D3C4EB53B73809F5C8B982D5D1972',0);
INSERT INTO "people" VALUES('b057e5761d7c4bddbf3bc2c07451c26d','韩梅梅',X'B34A8416FD452D39114E0BA5B4467BAA7C69ACE41360BA5934F4A938A51DCF6E',0);
INSERT INTO "people" VALUES('cae6f09d75844d0e94894a8be7118f9f',NULL,NULL,1);
CREATE TABLE texts (
	attempt TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	text TEXT, 
	PRIMARY KEY (attempt, seq), 
	FOREIGN KEY(attempt, seq) REFERENCES events (attempt, seq)
);
INSERT INTO "texts" VALUES('a1',0,'开始吧');
INSERT INTO "texts" VALUES('a1',2,'您好,请问发票收到了吗?');
INSERT INTO "texts" VALUES('a1',4,'先寒暄');
INSERT INTO "texts" VALUES('a3',0,NULL);
CREATE INDEX ix_attempts_scenario ON attempts (scenario);
CREATE INDEX ix_attempts_person ON attempts (person);
CREATE INDEX ix_attempts_last ON attempts (last);
COMMIT;
