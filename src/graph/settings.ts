import { canonical, type Catalog, hasOption, optionNames, optionSchema } from "./catalog.ts";
import type { CameraDraft, Draft, ElementDraft } from "./draft.ts";
import { itemKeys } from "./draft_element.ts";
import { findElement } from "./ids.ts";
import { listed, shown, suggestion } from "./names.ts";
import type { Entry, Node } from "./node.ts";
import { addValue, hides, type Options } from "./options.ts";
import { Places } from "./places.ts";
import { readValue } from "./plain.ts";
import { Report } from "./report.ts";

/** One `--set PATH=VALUE` with its parts' places. */
interface Setting {
  readonly segments: readonly string[];
  readonly value: Node;
  /** Position of a segment by index. */
  at(segment: number): Node["at"];
}

/**
 * Applies `--set PATH=VALUE` to a draft. Paths go by names: `cameras.NAME.OPTION`,
 * `engines.NAME.OPTION`, `elements.ID.OPTION`; they may go on into a mapping.
 */
export class Settings {
  /** What positions in a setting refer to, by their file. */
  readonly sources = new Map<string, string>();
  /** Values given openly under keys that hide. */
  readonly secrets: string[] = [];

  constructor(
    readonly draft: Draft,
    readonly catalog: Catalog,
    readonly report: Report,
  ) {}

  apply(text: string): void {
    const setting = this.#read(text);
    if (!setting) return;
    const [section, name] = setting.segments;
    const sections = ["cameras", "engines", "elements"];
    if (section === undefined || !sections.includes(section)) {
      const near = suggestion(section ?? "", sections);
      this.report.error(setting.at(0), `nothing to set at ${shown(section ?? "")}${near}`);
    } else if (name === undefined || setting.segments.length < 3) {
      const what = section === "elements" ? "ID" : "NAME";
      this.report.error(setting.at(0), `expected ${section}.${what}.OPTION=VALUE`);
    } else if (section === "cameras") this.#camera(name, setting);
    else if (section === "engines") this.#engine(name, setting);
    else this.#element(name, setting);
  }

  #read(text: string): Setting | undefined {
    const equals = text.indexOf("=");
    const path = equals < 0 ? text : text.slice(0, equals);
    let file = `--set ${path}`;
    for (let again = 2; this.sources.has(file); again++) file = `--set ${path} (${again})`;
    const places = new Places(text, file);
    this.sources.set(file, text);
    if (equals < 0) {
      this.report.error(places.at(text.length), "expected PATH=VALUE, found no `=`");
      return undefined;
    }
    const segments = path.split(".");
    const at = (segment: number) => {
      const before = segments.slice(0, segment).reduce((sum, part) => sum + part.length + 1, 0);
      return places.at(before);
    };
    const value = readValue(places, equals + 1, this.report);
    if (!value) return undefined;
    if (hides(segments.at(-1) ?? "") && value.kind === "scalar") this.secrets.push(value.text);
    return { segments, value, at };
  }

  #camera(name: string, setting: Setting): void {
    const camera = this.draft.cameras.find((camera) => camera.name === name);
    if (!camera) {
      const names = this.draft.cameras.map((camera) => camera.name);
      this.report.error(
        setting.at(1),
        `there is no camera ${shown(name)}${suggestion(name, names)}`,
      );
      return;
    }
    const key = setting.segments[2]!;
    const source = this.catalog.sources.get(key);
    if (source) {
      this.#source(camera, key, setting);
    } else if (camera.source && hasOption(camera.source, key)) {
      put(camera.options, canonical(camera.source, key), setting, 3);
    } else if (camera.source) {
      const known = [...optionNames(camera.source), ...this.catalog.sources.keys()];
      this.report.error(
        setting.at(2),
        `source \`${camera.source.name}\` has no option ${shown(key)}${suggestion(key, known)}`,
      );
    } else if (![...this.catalog.sources.values()].some((source) => hasOption(source, key))) {
      const known = [...this.catalog.sources.keys()];
      this.report.error(setting.at(2), `unknown source ${shown(key)}${suggestion(key, known)}`);
    }
  }

  /** A key that names a source sets it: options that the new one does not know go with the old one. */
  #source(camera: CameraDraft, key: string, setting: Setting): void {
    const source = this.catalog.sources.get(key)!;
    if (camera.source !== source) {
      const former = camera.source;
      for (const name of [...camera.options.keys()]) {
        if (name === former?.shorthand || !hasOption(source, name)) camera.options.delete(name);
      }
      camera.source = source;
      camera.problems = new Report();
    }
    camera.sourceAt = setting.at(2);
    const option = setting.segments[3];
    if (option === undefined) {
      this.#replace(camera.options, source, setting);
    } else if (hasOption(source, option)) {
      put(camera.options, canonical(source, option), setting, 4);
    } else {
      this.report.error(
        setting.at(3),
        `source \`${key}\` has no option ${shown(option)}${
          suggestion(option, optionNames(source))
        }`,
      );
    }
  }

  /** What stands under an element's name, shorthand or mapping, over what there was. */
  #replace(options: Options, declaration: Parameters<typeof addValue>[1], setting: Setting): void {
    const given: Options = new Map();
    addValue(given, declaration, setting.value, this.report);
    for (const [key, entry] of given) options.set(key, entry);
  }

  #engine(name: string, setting: Setting): void {
    const engine = this.draft.engines.find((engine) => engine.name === name);
    const key = setting.segments[2]!;
    const known = Object.keys(optionSchema(this.catalog.engineOptions).properties);
    if (!engine) {
      const names = this.draft.engines.map((engine) => engine.name);
      this.report.error(
        setting.at(1),
        `there is no engine ${shown(name)}${suggestion(name, names)}`,
      );
    } else if (!known.includes(key)) {
      this.report.error(
        setting.at(2),
        `an engine has no option ${shown(key)}${suggestion(key, known)}`,
      );
    } else put(engine.options, key, setting, 3);
  }

  #element(name: string, setting: Setting): void {
    const found = findElement(this.draft, name);
    if ("problem" in found) {
      this.report.error(setting.at(1), found.problem);
      return;
    }
    const { element } = found;
    if (!element) return;
    const key = setting.segments[2]!;
    if (hasOption(element, key)) {
      put(found.options, canonical(element, key), setting, 3);
    } else if ((itemKeys as readonly string[]).includes(key)) {
      this.#itemKey(found, key, setting);
    } else if (key === element.name) {
      this.#replace(found.options, element, setting);
    } else {
      const known = [...optionNames(element), ...itemKeys];
      this.report.error(
        setting.at(2),
        `\`${element.name}\` has no option ${shown(key)}${suggestion(key, known)}`,
      );
    }
  }

  #itemKey(element: ElementDraft, key: string, setting: Setting): void {
    if (key === "id" && setting.segments.length === 3) {
      this.report.error(setting.at(2), "an id cannot be set: `from` and settings go by it");
      return;
    }
    if (key !== "queue" && setting.segments.length > 3) {
      this.report.error(setting.at(3), `${listed([key])} has no parts to set`);
      return;
    }
    const entry = element.keys.get(key);
    const value = entry?.value;
    // `queue: 8` and `queue: latest` are short for a mapping; setting a part needs it.
    if (key === "queue" && setting.segments.length > 3 && value?.kind === "scalar") {
      const part = typeof value.value === "number" ? "size" : "policy";
      const entries = [{ key: part, at: value.at, value }];
      element.keys.set(key, { ...entry!, value: { kind: "mapping", entries, at: value.at } });
    }
    put(element.keys, key, setting, 3);
  }
}

/** Sets an option, or what the path leads to inside it. */
function put(options: Map<string, Entry>, key: string, setting: Setting, depth: number): void {
  const old = options.get(key);
  const value = deepen(old?.value, setting, depth);
  options.set(key, { key, at: setting.at(depth - 1), value });
}

function deepen(old: Node | undefined, setting: Setting, depth: number): Node {
  const key = setting.segments[depth];
  if (key === undefined) return setting.value;
  const at = setting.at(depth);
  const entries = old?.kind === "mapping" ? [...old.entries] : [];
  const index = entries.findIndex((entry) => entry.key === key);
  const entry: Entry = {
    key,
    at,
    value: deepen(index < 0 ? undefined : entries[index]!.value, setting, depth + 1),
  };
  if (index < 0) entries.push(entry);
  else entries[index] = entry;
  return { kind: "mapping", entries, at };
}
