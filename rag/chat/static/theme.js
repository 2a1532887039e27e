// Before the first paint, so that a dark page never flashes white.
const kept = (() => { try { return localStorage.getItem("rag.theme"); } catch { return null; } })();
document.documentElement.dataset.theme = kept ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
