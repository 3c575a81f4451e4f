"use strict";
// The browser's end of a session: an xterm.js terminal, and a socket with what is typed one way and painted the other.

const NONCE = document.currentScript.dataset.nonce;
const PIECE = 16384; // characters of a paste in one message; the server takes 128 KiB at once
const FONTS = '"Huikuan Mono", "Noto Sans Mono CJK SC", "Sarasa Mono SC", "PingFang SC", "Microsoft YaHei", monospace';
const FONT_PATIENCE = 1000; // ms; the font comes from this server, and without it there is the system's

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

function connect(terminal, fit) {
  const url = place("ws");
  url.protocol = url.protocol.replace("http", "ws");
  const socket = new WebSocket(`${url.origin}${url.pathname}?width=${terminal.cols}&height=${terminal.rows}`);
  const say = (...words) => { if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(words)); };
  let opened = false;
  socket.binaryType = "arraybuffer";
  socket.onopen = () => {
    opened = true;
    say("resize", { width: terminal.cols, height: terminal.rows });
    say(document.hasFocus() ? "focus" : "blur");
    terminal.focus();
  };
  socket.onmessage = (event) => {
    if (event.data instanceof ArrayBuffer) terminal.write(new Uint8Array(event.data));
    else told(...JSON.parse(event.data));
  };
  // A session that was refused before it began: the page itself says why, as a notice.
  socket.onclose = (event) => (opened ? ended(event.code) : refused());
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

function told(kind, what) {
  if (kind === "deliver_file_start") {
    const link = create("a");
    link.href = place(`download/${encodeURIComponent(what)}`).href;
    link.download = "";
    link.click();
  } else if (kind === "open_url" && /^https?:$/.test(new URL(what.url, document.baseURI).protocol)) {
    window.open(what.url, "_blank", "noopener,noreferrer");
  }
}

function ended(code) {
  const endings = JSON.parse(document.getElementById("ended").dataset.endings);
  document.getElementById("why").textContent = (endings[code] || endings.lost).join("\n");
  document.getElementById("ended").hidden = false;
  document.getElementById("again").onclick = () => location.reload();
  document.getElementById("again").focus();
}

async function refused() {
  const answer = await fetch(place(""), { cache: "no-store" }).catch(() => null);
  if (answer && !answer.ok) location.reload();
  else ended("lost");
}

async function begin() {
  const patience = new Promise((done) => setTimeout(done, FONT_PATIENCE));
  await Promise.race([document.fonts.load('16px "Huikuan Mono"'), patience]).catch(() => null);
  const { terminal, fit } = terminalAt(document.getElementById("terminal"));
  window.terminal = terminal; // for whoever looks into a fault, and for tests
  fit.fit();
  terminal.focus();
  document.addEventListener("mouseup", () => { if (document.getElementById("ended").hidden) terminal.focus(); });
  window.addEventListener("focus", () => terminal.focus());
  connect(terminal, fit);
}

window.addEventListener("load", begin);
