"use strict";
// The browser's end of a session: an xterm.js terminal, and a socket with what is typed one way and painted the other.

const NONCE = document.currentScript.dataset.nonce;
const PIECE = 16384; // characters of a paste in one message; the server takes 128 KiB at once
const FONTS = '"Huikuan Mono", "Noto Sans Mono CJK SC", "Sarasa Mono SC", "PingFang SC", "Microsoft YaHei", monospace';
const FONT_PATIENCE = 1000; // ms; the font comes from this server, and without it there is the system's

// One page's own mark, as long as it is open: coming again after a lost line, it takes the place of what is left of it.
const PAGE = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
const WAITS = [500, 1000, 2000, 4000, 8000, 15000]; // ms before looking whether the server is there again

// xterm.js makes style elements; the page's policy lets in only those that carry its own mark.
const create = document.createElement.bind(document);
document.createElement = (name, ...rest) => {
  const made = create(name, ...rest);
  if (String(name).toLowerCase() === "style") made.nonce = NONCE;
  return made;
};

const place = (path) => new URL(path, document.baseURI);
const fontSize = () => Math.min(Math.max(parseInt(place("").searchParams.get("fontsize"), 10) || 16, 8), 40);

function terminalAt(element) {
  const terminal = new xterm.Terminal({
    allowProposedApi: true, fontFamily: FONTS, fontSize: fontSize(), scrollback: 0, customGlyphs: true,
  });
  const fit = new xterm.FitAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(new xterm.Unicode11Addon());
  terminal.unicode.activeVersion = "11";
  terminal.open(element);
  paintWith(terminal, ["WebglAddon", "CanvasAddon"]);
  // Ctrl+V is the browser's: it pastes, and the terminal is told of the text.
  terminal.attachCustomKeyEventHandler((key) => !((key.ctrlKey || key.metaKey) && !key.altKey && key.code === "KeyV"));
  terminal.parser.registerOscHandler(52, copied);
  return { terminal, fit };
}

// A machine without a graphics card paints on a canvas, and one without that in the page itself.
function paintWith(terminal, ways) {
  for (const way of ways) {
    try {
      const addon = new xterm[way]();
      terminal.loadAddon(addon);
      if (addon.onContextLoss) addon.onContextLoss(() => addon.dispose());
      return;
    } catch (error) {
      console.info(`${way}: ${error.message}`);
    }
  }
}

// The application copies (OSC 52). It can never read what somebody has copied elsewhere.
function copied(data) {
  const text = data.slice(data.indexOf(";") + 1);
  if (text === "?" || !navigator.clipboard) return true;
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  navigator.clipboard.writeText(new TextDecoder().decode(bytes)).catch((error) => console.info(error.message));
  return true;
}

// Where somebody is: the attempt on his screen, kept while the tab lives, and by whose it is.
const endings = () => document.getElementById("ended").dataset;
const kept = () => `huikuan-at-${endings().whose}`;
const remembered = () => { try { return sessionStorage.getItem(kept()) || ""; } catch { return ""; } };
function remember(attempt) {
  try {
    if (attempt) sessionStorage.setItem(kept(), attempt);
    else sessionStorage.removeItem(kept());
  } catch (error) {
    console.info(error.message); // a browser that keeps nothing opens at Home
  }
}

let socket = null;
const say = (...words) => {
  if (socket && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(words));
};

function listen(terminal, fit) {
  terminal.onData((text) => {
    for (let at = 0; at < text.length; ) {
      let end = Math.min(at + PIECE, text.length);
      if (end < text.length && /[\ud800-\udbff]/.test(text[end - 1])) end += 1; // a pair stays together
      say("stdin", text.slice(at, end));
      at = end;
    }
  });
  terminal.onBinary((text) => say("stdin", text));
  terminal.onResize(({ cols, rows }) => say("resize", { width: cols, height: rows }));
  terminal.textarea.addEventListener("focus", () => say("focus"));
  terminal.textarea.addEventListener("blur", () => say("blur"));
  let waiting = 0;
  window.addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => fit.fit(), 100);
  });
}

function connect(terminal, tries = 0) {
  const url = place("ws");
  url.protocol = url.protocol.replace("http", "ws");
  const asked = new URLSearchParams({ width: terminal.cols, height: terminal.rows, page: PAGE });
  if (remembered()) asked.set("attempt", remembered());
  const line = new WebSocket(`${url.origin}${url.pathname}?${asked}`);
  let opened = false;
  socket = line;
  line.binaryType = "arraybuffer";
  line.onopen = () => {
    opened = true;
    terminal.reset();
    document.getElementById("ended").hidden = true;
    say("resize", { width: terminal.cols, height: terminal.rows });
    say(document.hasFocus() ? "focus" : "blur");
    terminal.focus();
  };
  line.onmessage = (event) => {
    if (event.data instanceof ArrayBuffer) terminal.write(new Uint8Array(event.data));
    else told(...JSON.parse(event.data));
  };
  line.onclose = (event) => {
    if (line !== socket) return;
    if (!opened) refused(terminal, tries);
    else if (event.code in JSON.parse(endings().endings) && event.code !== 1012) ended(event.code);
    else again(terminal, 0, event.code);
  };
}

function told(kind, what) {
  if (kind === "at") {
    remember(what);
  } else if (kind === "deliver_file_start") {
    const link = create("a");
    link.href = place(`download/${encodeURIComponent(what)}`).href;
    link.download = "";
    link.click();
  } else if (kind === "open_url" && ["sign-out", "password"].includes(what.url)) {
    location.href = place(what.url).href; // pages of this server's own
  } else if (kind === "open_url" && /^https?:$/.test(new URL(what.url, document.baseURI).protocol)) {
    window.open(what.url, "_blank", "noopener,noreferrer");
  }
}

function ended(code, more = []) {
  const texts = JSON.parse(endings().endings);
  const lines = texts[code] || texts.lost;
  if (code === 4000) remember("");
  document.getElementById("why").textContent = lines.map((line, place) => [line, more[place]].filter(Boolean).join(" ")).join("\n");
  document.getElementById("ended").hidden = false;
  document.getElementById("again").onclick = () => location.reload();
  document.getElementById("again").focus();
}

// The line is lost, or the server restarts: everything is saved, and the page looks by itself whether it can go on.
function again(terminal, tries, code) {
  ended(code, JSON.parse(endings().trying));
  setTimeout(() => connect(terminal, tries + 1), WAITS[Math.min(tries, WAITS.length - 1)]);
}

// A session that was refused before it began: the page itself says why, as a notice, or leads to where one signs in.
// Once there was a session, a server or a proxy that has nothing to offer now (5xx) is asked again from here: what a
// proxy shows of its own would not look again by itself.
async function refused(terminal, tries) {
  const answer = await fetch(place(""), { cache: "no-store" }).catch(() => null);
  const tells = answer && !answer.ok && (answer.status < 500 || tries === 0);
  if (answer && (answer.redirected || tells)) location.reload();
  else again(terminal, tries, "lost");
}

async function begin() {
  const patience = new Promise((done) => setTimeout(done, FONT_PATIENCE));
  await Promise.race([document.fonts.load('16px "Huikuan Mono"'), patience]).catch(() => null);
  const { terminal, fit } = terminalAt(document.getElementById("terminal"));
  window.terminal = terminal; // for whoever looks into a fault, and for tests
  fit.fit();
  terminal.focus();
  document.addEventListener("mouseup", () => { if (document.getElementById("ended").hidden) terminal.focus(); });
  window.addEventListener("focus", () => { if (document.getElementById("ended").hidden) terminal.focus(); });
  listen(terminal, fit);
  connect(terminal);
}

window.addEventListener("load", begin);
