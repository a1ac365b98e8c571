// Voice messages: playing them, and recording one when the browser can.

import { el, icon } from "./dom.js";

const BARS = 28;

function clockText(seconds) {
  const whole = Math.max(0, Math.round(seconds || 0));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

// A play button, bars that fill, and the length. The bars are decoration: same message, same shape.
export function voicePlayer(media, address) {
  const audio = el("audio", { src: address, preload: "none" });
  const button = el("button", { type: "button", class: "play", "aria-label": "Spraakbericht afspelen" }, icon("play"));
  const bars = el("span", { class: "bars", "aria-hidden": "true" });
  const seed = [...media.file_id].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) % 9973, 7);
  for (let i = 0; i < BARS; i += 1) {
    const bar = el("span");
    bar.style.height = `${4 + ((seed * (i + 3) * 17) % 15)}px`;
    bars.append(bar);
  }
  const length = el("span", { class: "length", text: clockText(media.duration) });
  const show = (playing) => {
    button.replaceChildren(icon(playing ? "pause" : "play"));
    button.setAttribute("aria-label", playing ? "Pauzeren" : "Spraakbericht afspelen");
  };
  button.addEventListener("click", () => (audio.paused ? audio.play().catch(() => show(false)) : audio.pause()));
  audio.addEventListener("play", () => show(true));
  audio.addEventListener("pause", () => show(false));
  audio.addEventListener("timeupdate", () => {
    const part = audio.currentTime / (audio.duration || media.duration || 1);
    [...bars.children].forEach((bar, i) => bar.classList.toggle("played", i / BARS < part));
    length.textContent = clockText(audio.currentTime);
  });
  return el("div", { class: "voice" }, button, el("span", { class: "wave" }, bars, length), audio);
}

// Records until stop(); resolves with null when the browser has no microphone or may not use it.
export async function startRecording(onTick) {
  if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) return null;
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch {
    return null;
  }
  const recorder = new MediaRecorder(stream);
  const chunks = [];
  const began = Date.now();
  recorder.addEventListener("dataavailable", (event) => chunks.push(event.data));
  const timer = setInterval(() => onTick(clockText((Date.now() - began) / 1000)), 500);
  recorder.start();
  const finish = () =>
    new Promise((resolve) => {
      recorder.addEventListener("stop", () => {
        clearInterval(timer);
        stream.getTracks().forEach((track) => track.stop());
        const type = recorder.mimeType.split(";")[0] || "audio/webm";
        resolve({ file: new File(chunks, "spraak.ogg", { type }), duration: Math.round((Date.now() - began) / 1000) });
      });
      recorder.stop();
    });
  return { finish };
}
