import { Argument, Command } from "commander";
import { print } from "./terminal.ts";

/** A verb or option as the completion scripts need it. */
interface Verb {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly { readonly flag: string; readonly summary: string }[];
}

/** `lineside completion SHELL`. */
export function completion(): Command {
  return new Command("completion")
    .summary("print a completion script for a shell")
    .description("Prints a script that makes a shell complete verbs, options and files.")
    .addArgument(new Argument("<shell>", "which shell").choices(["bash", "zsh", "fish"]))
    .addHelpText(
      "after",
      `
Examples:
  source <(lineside completion bash)
  lineside completion zsh > ~/.zfunc/_lineside
  lineside completion fish > ~/.config/fish/completions/lineside.fish`,
    )
    .action((shell: keyof typeof scripts, _options: unknown, command: Command) => {
      print(scripts[shell](verbs(command.parent!)));
    });
}

function verbs(program: Command): Verb[] {
  return program.commands.map((command) => ({
    name: command.name(),
    summary: command.summary(),
    options: [
      ...command.options.filter((option) => option.long && !option.hidden)
        .map((option) => ({ flag: option.long!, summary: option.description })),
      { flag: "--help", summary: "display help for command" },
    ],
  }));
}

/** In single quotes, for any of the three shells. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

const scripts = {
  bash: (verbs: Verb[]) =>
    `# bash completion for lineside
_lineside() {
  local current=\${COMP_WORDS[COMP_CWORD]} words=""
  if ((COMP_CWORD == 1)); then
    words=${quote(verbs.map((verb) => verb.name).join(" ") + " --help --version")}
  elif [[ $current == -* ]]; then
    case \${COMP_WORDS[1]} in
${
      verbs.map((verb) =>
        `      ${verb.name}) words=${quote(verb.options.map((option) => option.flag).join(" "))} ;;`
      ).join("\n")
    }
    esac
  fi
  if [[ -n $words ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  fi
}
complete -o filenames -F _lineside lineside
`,
  zsh: (verbs: Verb[]) =>
    `#compdef lineside
_lineside() {
  local -a verbs
  verbs=(
${verbs.map((verb) => `    ${quote(`${verb.name}:${verb.summary}`)}`).join("\n")}
  )
  if ((CURRENT == 2)); then
    _describe verb verbs
    return
  fi
  case \${words[2]} in
${
      verbs.map((verb) =>
        `    ${verb.name}) _arguments ${
          verb.options.map((option) =>
            quote(`${option.flag}[${option.summary.replaceAll(/[[\]]/g, "")}]`)
          ).join(" ")
        } '*:file:_files' ;;`
      ).join("\n")
    }
  esac
}
# Works from a folder of fpath and when sourced.
if [[ \${funcstack[1]:-} == _lineside ]]; then _lineside "$@"; else compdef _lineside lineside; fi
`,
  fish: (verbs: Verb[]) =>
    verbs.map((verb) =>
      [
        `complete -c lineside -n __fish_use_subcommand -f -a ${verb.name} -d ${
          quote(verb.summary)
        }`,
        ...verb.options.map((option) =>
          `complete -c lineside -n '__fish_seen_subcommand_from ${verb.name}' -l ${
            option.flag.slice(2)
          } -d ${quote(option.summary)}`
        ),
      ].join("\n")
    ).join("\n") + "\n",
};
