import { Catalog, hasOption } from "./catalog.ts";
import { itemKeys } from "./draft_element.ts";
import { LaunchWords, type Word } from "./launch_words.ts";
import { shown } from "./names.ts";
import { type Entry, entryOf, type Mapping, type Node, textNode } from "./node.ts";
import { compileTree, type ParseContext, type ParseResult } from "./parse.ts";
import type { Position } from "./plan.ts";
import { Report } from "./report.ts";

const maxCharacters = 64 * 1024;

/** An element with its words. */
interface Segment {
  readonly name: Word;
  readonly options: readonly Word[];
}

/** Segments joined by `!`, after a source, an `id.` or an element with `from=`. */
interface Chain {
  readonly reference?: Word;
  readonly segments: Segment[];
}

/**
 * Compiles a launch line, such as `file location=clip.mp4 ! letterbox size=640 ! infer model=m.onnx
 * ! nms ! track ! events file=-`, into the plan its YAML would give.
 *
 * Sources stand side by side before the first `!`, a camera each: `camera0`, `camera1` … or what
 * `name=` says. `name=` gives an element its id; `id. ! events` starts a branch there, as does
 * `from=id`. Keys may go into a mapping (`queue.size=4`), values may be YAML (`keep=[1, 2]`).
 *
 * Never throws on what the line holds.
 */
export function parseLaunch(line: string, context: ParseContext): ParseResult {
  const report = new Report();
  const at = { file: context.file, line: 1, column: 1 };
  if (line.length > maxCharacters) {
    report.error(at, `the line has ${line.length} characters: expected at most ${maxCharacters}`);
    return compileTree("", "unreadable", context, report);
  }
  const words = new LaunchWords(line, context.file, report);
  const chains = chainsOf(words.read(), words.end, report);
  if (chains.length === 0 && !report.failed) {
    report.error(at, "the line is empty: expected a source and elements, joined by `!`");
  }
  if (report.failed) return compileTree(line, "unreadable", context, report);
  const catalog = new Catalog(context.registry, context.engineOptions);
  const root = new Builder(catalog, at, report).build(chains);
  return compileTree(line, root ?? "unreadable", context, report);
}

function chainsOf(words: readonly Word[], end: Position, report: Report): Chain[] {
  const chains: Chain[] = [];
  let chain: Chain | undefined;
  let joined: Word | undefined;
  let options: Word[] = [];
  for (const word of words) {
    if (word.bare && word.text === "!" && !word.value) {
      if (!chain || joined) report.error(word.at, "an element is missing before this `!`");
      joined = word;
    } else if (word.value) {
      if (chain && chain.segments.length > 0 && !joined) options.push(word);
      else report.error(word.at, `${shown(word.text)}=… stands before any element`);
    } else if (word.bare && word.text.length > 1 && word.text.endsWith(".")) {
      if (joined) {
        report.error(word.at, `${shown(word.text)} starts a branch: it cannot stand after \`!\``);
      }
      chain = { reference: word, segments: [] };
      chains.push(chain);
      joined = undefined;
    } else {
      if (!joined && chain?.reference && chain.segments.length === 0) {
        report.error(word.at, `\`!\` is missing between ${shown(chain.reference.text)} and this`);
      } else if (!joined || !chain) {
        chain = { segments: [] };
        chains.push(chain);
      }
      options = [];
      chain!.segments.push({ name: word, options });
      joined = undefined;
    }
  }
  if (joined) report.error(end, "an element is missing after the last `!`");
  for (const { reference, segments } of chains) {
    if (reference && segments.length === 0 && !joined) {
      report.error(
        reference.at,
        `nothing follows ${shown(reference.text)}: expected \`! element\``,
      );
    }
  }
  return chains;
}

/** Builds the tree that the YAML of the same pipeline would give. */
class Builder {
  readonly #cameras: Entry[] = [];
  readonly #items: Node[] = [];
  readonly #catalog: Catalog;
  readonly #start: Position;
  readonly #report: Report;

  constructor(catalog: Catalog, start: Position, report: Report) {
    this.#catalog = catalog;
    this.#start = start;
    this.#report = report;
  }

  /** Undefined where there is no camera or no element, as all else would follow from that. */
  build(chains: readonly Chain[]): Node | undefined {
    for (const chain of chains) this.#chain(chain);
    const at = this.#start;
    if (this.#cameras.length === 0 && !this.#report.failed) {
      this.#report.error(at, "the line has no source: a chain starts with one");
    }
    if (this.#items.length === 0 && !this.#report.failed) {
      this.#report.error(at, "nothing follows the source: expected `! element`");
    }
    if (this.#items.length === 0 || this.#cameras.length === 0) return undefined;
    const entries: Entry[] = [
      { key: "version", at, value: { kind: "scalar", value: 1, text: "1", plain: true, at } },
      { key: "cameras", at, value: { kind: "mapping", entries: this.#cameras, at } },
      { key: "elements", at, value: { kind: "list", items: this.#items, at } },
    ];
    return { kind: "mapping", entries, at };
  }

  #chain({ reference, segments }: Chain): void {
    const [first, ...rest] = segments;
    if (!first) return;
    if (reference) {
      const { text, at } = reference;
      const from = { key: "from", at, value: textNode(text.slice(0, -1), at) };
      this.#element(first, from);
    } else if (first.options.some(({ text }) => text === "from")) {
      this.#element(first);
    } else {
      this.#source(first);
      if (rest.length > 0 && this.#items.length > 0) {
        this.#report.error(
          first.name.at,
          "all cameras share one chain: put the sources side by side before its first `!`, " +
            "or start a branch with `id. !`",
        );
      }
    }
    for (const segment of rest) this.#element(segment);
  }

  #source({ name, options }: Segment): void {
    if (this.#catalog.elements.has(name.text) && !this.#catalog.sources.has(name.text)) {
      this.#report.error(
        name.at,
        `\`${name.text}\` cannot start a chain: a source, or \`id. !\`, comes before it`,
      );
      return;
    }
    let key = `camera${this.#cameras.length}`;
    let at = name.at;
    const written: Word[] = [];
    for (const option of options) {
      const { text, value } = option;
      if (text === "name" && value?.kind === "scalar") [key, at] = [value.text, value.at];
      else written.push(option);
    }
    if (this.#cameras.some((camera) => camera.key === key)) {
      this.#report.error(at, `two cameras are named ${shown(key)}`);
      return;
    }
    const source = { key: name.text, at: name.at, value: this.#mapping(written, name.at) };
    this.#cameras.push({ key, at, value: { kind: "mapping", entries: [source], at: name.at } });
  }

  #element({ name, options }: Segment, from?: Entry): void {
    const element = this.#catalog.elements.get(name.text);
    if (!element && this.#catalog.sources.has(name.text)) {
      this.#report.error(name.at, `\`${name.text}\` is a source: it starts a chain`);
      return;
    }
    if (!element && name.text.includes("!")) {
      this.#report.error(name.at, `${shown(name.text)}: put blanks around \`!\``);
      return;
    }
    const beside: Word[] = [];
    const inside: Word[] = [];
    for (const option of options) {
      const [key] = option.text.split(".");
      const own = element !== undefined && hasOption(element, key!);
      if (key === "name" && !own) beside.push({ ...option, text: "id" });
      else if ((itemKeys as readonly string[]).includes(key!) && !own) beside.push(option);
      else inside.push(option);
    }
    const entries = [...this.#mapping(beside, name.at).entries];
    if (from) entries.push(from);
    entries.push({ key: name.text, at: name.at, value: this.#mapping(inside, name.at) });
    this.#items.push({ kind: "mapping", entries, at: name.at });
  }

  /** Options as a mapping; keys with dots lead into one. */
  #mapping(words: readonly Word[], at: Position): Mapping {
    let mapping: Mapping = { kind: "mapping", entries: [], at };
    for (const word of words) {
      const path = word.text.split(".");
      if (path.some((part) => part === "")) {
        this.#report.error(word.at, `${shown(word.text)} is no option's name`);
      } else mapping = this.#insert(mapping, path, word);
    }
    return mapping;
  }

  #insert(mapping: Mapping, path: readonly string[], word: Word): Mapping {
    const [key, ...rest] = path as [string, ...string[]];
    const { at } = word;
    const old = entryOf(mapping, key);
    if (old && (rest.length === 0 || old.value.kind !== "mapping")) {
      this.#report.error(at, `${shown(word.text)} is given twice`);
      return mapping;
    }
    const inner: Mapping = old?.value.kind === "mapping"
      ? old.value
      : { kind: "mapping", entries: [], at };
    const value = rest.length === 0 ? word.value! : this.#insert(inner, rest, word);
    const entry = { key, at: old?.at ?? at, value };
    const entries = old
      ? mapping.entries.map((one) => one === old ? entry : one)
      : [...mapping.entries, entry];
    return { ...mapping, entries };
  }
}
