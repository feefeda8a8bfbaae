export const shells = ["bash", "zsh", "fish", "pwsh"] as const;

export type CompletedOption = {
  readonly name: string;
  readonly description: string;
  readonly choices: readonly string[];
  readonly takesValue: boolean;
};
export type CompletedCommand = {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  readonly commands: readonly CompletedCommand[];
  /** Of its argument, where that is one of a few. */
  readonly choices: readonly string[];
};

/** What stands where a word is completed: after these words, one of those. */
type Rule = { readonly path: string; readonly words: readonly string[] };

export function completionScript(shell: (typeof shells)[number], commands: readonly CompletedCommand[]): string {
  switch (shell) {
    case "bash":
      return bash(commands);
    case "zsh":
      // zsh runs scripts of bash for completion by itself.
      return `#compdef sonde\nautoload -U +X bashcompinit && bashcompinit\n${bash(commands)}`;
    case "fish":
      return fish(commands);
    case "pwsh":
      return pwsh(commands);
  }
}

/** Names of configured sources: asked when they are needed, since they change. */
const aliases = 'sonde source ls --json --quiet 2>/dev/null | sed -n \'s/^{"alias":"\\([A-Za-z0-9_-]*\\)".*/\\1:/p\'';

function rulesOf(commands: readonly CompletedCommand[], above = ""): Rule[] {
  return commands.flatMap((command) => {
    const path = `${above}${command.name}`;
    const words = [...command.commands.map(({ name }) => name), ...command.choices, ...command.options.map(({ name }) => name), "--help"];
    const choices = command.options
      .filter((option) => option.choices.length > 0)
      .map((option) => ({ path: `${path} ${option.name}`, words: option.choices }));
    return [{ path, words }, ...choices, ...rulesOf(command.commands, `${path} `)];
  });
}

function bash(commands: readonly CompletedCommand[]): string {
  const cases = rulesOf(commands).map(({ path, words }) => `    ${quoted(path)}) words=${quoted(words.join(" "))} ;;`);
  return `# sonde completion for bash
_sonde() {
  local cur prev path words aliases
  cur="\${COMP_WORDS[COMP_CWORD]}"
  prev="\${COMP_WORDS[COMP_CWORD-1]}"
  path="\${COMP_WORDS[1]}"
  case "$path" in
    source | plugin) [ "$COMP_CWORD" -gt 2 ] && path="$path \${COMP_WORDS[2]}" ;;
  esac
  [ "$COMP_CWORD" -le 1 ] && path=""
  case "$path" in
    "") words=${quoted(commands.map(({ name }) => name).join(" "))} ;;
${cases.join("\n")}
  esac
  case "$path $prev" in
${choiceCases(commands)}
    *)
      if [ "$COMP_CWORD" -gt 1 ] && [[ "$cur" != -* ]]; then
        aliases="$(${aliases})"
        words="$words $aliases"
      fi
      ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur") $([ "$COMP_CWORD" -gt 1 ] && compgen -f -- "$cur"))
}
complete -o filenames -F _sonde sonde
`;
}

/** After an option that takes one of a few words, only those. */
function choiceCases(commands: readonly CompletedCommand[]): string {
  return rulesOf(commands)
    .filter(({ path }) => / --/.test(path))
    .map(({ path, words }) => `    ${quoted(path)}) COMPREPLY=($(compgen -W ${quoted(words.join(" "))} -- "$cur")); return ;;`)
    .join("\n");
}

function fish(commands: readonly CompletedCommand[]): string {
  const lines: string[] = ["# sonde completion for fish", "complete -c sonde -n '__fish_is_nth_token 1' -f"];
  const add = (condition: string, command: CompletedCommand) => {
    for (const { name, description, choices, takesValue } of command.options) {
      const value = choices.length > 0 ? ` -x -a ${quoted(choices.join(" "))}` : takesValue ? " -r" : "";
      lines.push(`complete -c sonde -n ${quoted(condition)} -l ${name.slice(2)}${value} -d ${quoted(firstSentence(description))}`);
    }
    if (command.choices.length > 0) lines.push(`complete -c sonde -n ${quoted(condition)} -f -a ${quoted(command.choices.join(" "))}`);
  };
  for (const command of commands) {
    lines.push(`complete -c sonde -n '__fish_is_nth_token 1' -a ${command.name} -d ${quoted(command.summary)}`);
    for (const inner of command.commands) {
      lines.push(
        `complete -c sonde -n '__fish_seen_subcommand_from ${command.name}; and __fish_is_nth_token 2' -f -a ${inner.name} -d ${quoted(inner.summary)}`,
      );
      add(`__fish_seen_subcommand_from ${command.name}; and __fish_seen_subcommand_from ${inner.name}`, inner);
    }
    add(`__fish_seen_subcommand_from ${command.name}`, command);
  }
  lines.push(`complete -c sonde -n 'not __fish_is_nth_token 1' -a "(${aliases.replaceAll('"', '\\"')})"`);
  return `${lines.join("\n")}\n`;
}

function pwsh(commands: readonly CompletedCommand[]): string {
  const entries = rulesOf(commands).map(({ path, words }) => `    ${pwshQuoted(path)} = @(${words.map(pwshQuoted).join(", ")})`);
  return `# sonde completion for PowerShell
Register-ArgumentCompleter -Native -CommandName sonde -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $rules = @{
    '' = @(${commands.map(({ name }) => pwshQuoted(name)).join(", ")})
${entries.join("\n")}
  }
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  if ($wordToComplete -ne '') { $words = @($words | Select-Object -SkipLast 1) }
  $path = ''
  if ($words.Count -gt 0) { $path = $words[0] }
  if ($words.Count -gt 1 -and $rules.ContainsKey("$path $($words[1])")) { $path = "$path $($words[1])" }
  if ($words.Count -gt 1 -and $rules.ContainsKey("$path $($words[-1])")) { $path = "$path $($words[-1])" }
  $rules[$path] | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
}
`;
}

const firstSentence = (text: string): string => text.split(/[;(]/, 1)[0]?.trim() ?? "";
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const pwshQuoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
