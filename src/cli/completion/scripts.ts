// Scripts by which shells complete. Each asks `relight __complete`, which knows what fits; a script knows only its shell: where
// the words end, and how files are found.
import type { completionShells } from '../formats.ts';

/** The script for a shell, to be read by it when it starts. */
export function completion(shell: (typeof completionShells)[number]): string {
  return { bash, zsh, fish }[shell];
}

// bash ends words at `:` and `=` too. They are put together again, and what it takes for done is cut off from what fits.
const bash = `# relight in bash: source <(relight completion bash)
_relight() {
  COMPREPLY=()
  local rest=\${COMP_LINE:0:COMP_POINT} trimmed word piece='' i each
  local -a words
  words=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    trimmed=\${rest#"\${rest%%[![:space:]]*}"}
    if ((i == COMP_CWORD)); then word=$trimmed; fi
    piece=$word
    if ((i > 0)) && [[ $trimmed == "$rest" ]]; then
      words[\${#words[@]}-1]+=$word
    else
      words+=("$word")
    fi
    rest=\${trimmed#"$word"}
  done
  case $piece in
    : | =) piece='' ;;
  esac
  for ((i = 0; i < \${#words[@]}; i++)); do
    word=\${words[i]//\\\\/}
    word=\${word//\\"/}
    words[i]=\${word//\\'/}
  done
  local current=\${words[\${#words[@]}-1]}
  local done=\${current%"$piece"}
  local program=\${words[0]}
  if [[ $program == '~/'* ]]; then program=$HOME/\${program:2}; fi
  while IFS= read -r each; do
    case $each in
      :files | :playbooks)
        compopt -o filenames 2>/dev/null
        while IFS= read -r word; do
          if [[ $each == :files || -d \${word/#\\~\\//$HOME/} || $word == *.yaml || $word == *.yml ]]; then
            COMPREPLY+=("$word")
          fi
        done < <(compgen -f -- "$piece")
        ;;
      *)
        each=\${each%%  *}
        COMPREPLY+=("\${each#"$done"}")
        ;;
    esac
  done < <("$program" __complete -- "\${words[@]:1}" 2>/dev/null </dev/null)
}
complete -F _relight relight
`;

const zsh = `#compdef relight
# relight in zsh, after compinit: source <(relight completion zsh)
_relight() {
  local each program=\${(Q)words[1]}
  local -a given offered
  if [[ $program == '~/'* ]]; then program=$HOME/\${program[3,-1]}; fi
  given=("\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}")
  local files=''
  while IFS= read -r each; do
    case $each in
      :files | :playbooks) files=$each ;;
      *'  '*) offered+=("\${\${each%%  *}//:/\\\\:}:\${each#*  }") ;;
      *) offered+=("\${each//:/\\\\:}") ;;
    esac
  done < <("$program" __complete -- "\${given[@]}" 2>/dev/null </dev/null)
  if (( \${#offered} )); then _describe -t relight relight offered; fi
  if [[ -n $files && $PREFIX == --*=* ]]; then compset -P '*='; fi
  case $files in
    :files) _files ;;
    :playbooks) _files -g '*.(yaml|yml)' ;;
  esac
}
if [[ \${funcstack[1]-} == _relight ]]; then
  _relight "$@"
elif (( \${+functions[compdef]} )); then
  compdef _relight relight
fi
`;

const fish = `# relight in fish: relight completion fish | source
function __relight_complete
    set -l given (commandline -opc)
    set -l current (commandline -ct)
    set -l program (string replace -r '^~/' "$HOME/" -- $given[1])
    set -e given[1]
    for each in ($program __complete -- $given "$current" 2>/dev/null </dev/null)
        switch $each
            case :files
                __relight_files "$current"
            case :playbooks
                __relight_files "$current" | string match -r '^.*(?:/|\\.ya?ml)(?:\\t.*)?$'
            case '*'
                string replace -r '  ' \\t -- $each
        end
    end
end
function __relight_files
    set -l option (string match -r -- '^--[^=]+=' $argv[1])
    __fish_complete_path (string replace -r -- '^--[^=]+=' '' $argv[1]) | string replace -r -- '^' "$option"
end
complete -c relight -f -a '(__relight_complete)'
`;
