// Draws the diagrams of a page with the site's own copy of Mermaid, in the colours of the page. One that
// cannot be drawn stays as its source.
const { mermaid } = globalThis;
const dark = globalThis.matchMedia("(prefers-color-scheme: dark)");
const sources = [...document.querySelectorAll("pre > code.language-mermaid")].map((code) => ({
  block: code.parentElement,
  text: code.textContent,
}));

async function draw() {
  const scheme = getComputedStyle(document.documentElement).colorScheme;
  const isDark = scheme === "dark" || (scheme !== "light" && dark.matches);
  mermaid.initialize({ startOnLoad: false, securityLevel: "strict", theme: isDark ? "dark" : "default" });
  for (const [at, source] of sources.entries()) {
    try {
      const { svg } = await mermaid.render(`diagram-${at}`, source.text);
      const figure = document.createElement("figure");
      figure.className = "diagram";
      figure.innerHTML = svg;
      source.block.replaceWith(figure);
      source.block = figure;
    } catch (error) {
      console.warn("this diagram cannot be drawn:", error);
    }
  }
}

if (mermaid) {
  draw();
  dark.addEventListener("change", draw);
  document.addEventListener("sternpost:theme", draw);
}
