/** Attributes of an SVG element; undefined ones are left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** Text as XML has it; characters that XML can't have become `?`. */
export function escaped(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "?")
    .replaceAll(/[&<>"]/g, (sign) => escapes[sign]!);
}

/** An element; numbers get two decimals at most, `children` are elements. */
export function tag(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes).filter(([, value]) => value !== undefined)
    .map(([key, value]) =>
      ` ${key}="${typeof value === "number" ? Number(value.toFixed(2)) : escaped(value!)}"`
    ).join("");
  return children.length === 0
    ? `<${name}${written}/>`
    : `<${name}${written}>${children.join("")}</${name}>`;
}

/** A line of text; `middle` and `end` say what of it stands at x. */
export function text(
  content: string,
  x: number,
  y: number,
  attributes: Attributes & { readonly anchor?: "start" | "middle" | "end" } = {},
): string {
  const { anchor, ...more } = attributes;
  return tag("text", { x, y, "text-anchor": anchor, ...more }, escaped(content));
}

/** A whole drawing on white. */
export function drawing(width: number, height: number, ...children: readonly string[]): string {
  return tag(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width,
      height,
      viewBox: `0 0 ${width.toFixed(0)} ${height.toFixed(0)}`,
      "font-family": "DejaVu Sans, Helvetica, Arial, sans-serif",
      "font-size": 12,
    },
    tag("rect", { width, height, fill: "#fff" }),
    ...children,
  ) + "\n";
}

/** A name cut to so many characters. */
export function shortened(name: string, most: number): string {
  return name.length > most ? `${name.slice(0, most - 1)}…` : name;
}
