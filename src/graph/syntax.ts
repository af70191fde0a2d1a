import { Lexer, type YAMLError } from "yaml";
import { shown } from "./names.ts";

/** Levels of nesting a pipeline may have. */
export const maxDepth = 64;

/**
 * Where YAML nests too deeply for the yaml package, which recurses; undefined where it does not.
 * Blocks nest by indentation, which the size of a file bounds; brackets and `- - -` do not.
 */
export function tooDeepAt(text: string): number | undefined {
  let offset = 0;
  let brackets = 0;
  let dashes = 0;
  let scalar = false;
  for (const token of new Lexer().lex(text)) {
    // Marks that the lexer puts in: a document starts, a flow ends in error, a scalar follows.
    if (token === "\x02" || token === "\x18" || token === "\x1f") {
      scalar = token === "\x1f";
      continue;
    }
    if (!scalar) {
      if (token === "[" || token === "{") brackets++;
      else if (token === "]" || token === "}") brackets--;
      else if (token === "-" || token === "?") dashes++;
      else if (/^\r?\n/.test(token)) dashes = 0;
      if (brackets > maxDepth || dashes > maxDepth) return offset;
    }
    scalar = false;
    offset += token.length;
  }
  return undefined;
}

/** Syntax errors told of one file; a text of another format has thousands. */
const most = 20;

/** Of syntax errors the ones worth telling: not what merely follows from another. */
export function telling(errors: readonly YAMLError[]): YAMLError[] {
  const tabs = errors.filter((error) => error.code === "TAB_AS_INDENT");
  if (tabs.length > 0) return tabs.slice(0, most);
  const [first, ...others] = errors;
  if (!first) return [];
  return [first, ...others.filter((error) => !follows(error))].slice(0, most);
}

function follows(error: YAMLError): boolean {
  return error.code === "MULTILINE_IMPLICIT_KEY" || error.code === "BLOCK_AS_IMPLICIT_KEY" ||
    error.code === "MISSING_CHAR" || error.code === "BAD_INDENT" ||
    error.code === "UNEXPECTED_TOKEN";
}

/** A syntax error in plain words; `restore` gives text back as it was written. */
export function syntaxMessage(
  error: YAMLError,
  text: string,
  restore: (piece: string) => string,
): string {
  const { code, message } = error;
  switch (code) {
    case "TAB_AS_INDENT":
      return "a tab indents this line: YAML wants spaces";
    case "MULTIPLE_DOCS":
      return "a second document starts here: a pipeline is one document";
    case "TAG_RESOLVE_FAILED":
      return "tags (`!…`) have no meaning in a pipeline";
    case "BAD_SCALAR_START":
      return `text cannot start with ${shown(text[error.pos[0]] ?? "")} here: put it in quotes`;
    case "MULTILINE_IMPLICIT_KEY":
      return "this text goes on over several lines before its `:`: is a `:` missing after it, " +
        "or is a line below indented too far?";
    case "BLOCK_AS_IMPLICIT_KEY":
      return "a key's value starts a mapping or list on the key's own line: " +
        "is it to be in braces, in quotes or on a line below?";
    default: {
      const closing = /must (?:be sufficiently indented and )?end with a (.)$/.exec(message);
      if (closing) return `expected the \`${closing[1]}\` that closes what stands before`;
      const quote = /^Missing closing (['"])quote/.exec(message);
      if (quote) return `expected the ${quote[1]} that closes the text before`;
      if (message === "Sequence item without - indicator") {
        return "the indentation of this line fits neither the list nor an item of it";
      }
      return `YAML: ${lowerFirst(restore(message))}`;
    }
  }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
