# Ask the tool for its man pages and completions: -D KILN=<tool> -D FOLDER=<where they go>, in the folders below share that they are installed to.
function(ask file)
  execute_process(COMMAND ${KILN} help ${ARGN} OUTPUT_FILE ${FOLDER}/${file} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${FOLDER})
file(MAKE_DIRECTORY ${FOLDER}/man1 ${FOLDER}/bash-completion/completions ${FOLDER}/zsh/site-functions ${FOLDER}/fish/vendor_completions.d)
ask(bash-completion/completions/kiln --completion bash)
ask(zsh/site-functions/_kiln --completion zsh)
ask(fish/vendor_completions.d/kiln.fish --completion fish)

ask(man1/kiln.1 --man)
ask(options.tsv --list)
file(STRINGS ${FOLDER}/options.tsv lines REGEX "^[a-z0-9 ]+\t\t")   # the lines of verbs, which name no option
foreach(line IN LISTS lines)
  string(REGEX REPLACE "\t.*" "" verb "${line}")
  string(REPLACE " " "-" page "${verb}")
  separate_arguments(words UNIX_COMMAND "${verb}")
  ask(man1/kiln-${page}.1 --man ${words})
endforeach()
