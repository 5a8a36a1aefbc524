# The log of a standalone master's client, and what it means: a line where the driver waits, one where it
# failed, and exit code 1 unless it finished. memory is what the driver asks for.
function say(line) { print line; fflush() }

{ say($0) }

match($0, /Driver running on [^ ]+ \([^)]*\)/) { where = substr($0, RSTART + 18, RLENGTH - 18) }

/State of (driver )?driver-[^ ]+ is [A-Z]+/ {
  match($0, /driver-[^ ]+ is [A-Z]+/)
  split(substr($0, RSTART, RLENGTH), word, " ")
  driver = word[1]
  state = word[3]
  if (state == "SUBMITTED")
    say("waiting: no machine has a free core and " memory " of memory for the driver, which takes a core beside those of the workers (--driver-memory lowers it)")
}

END {
  if (state == "FINISHED") exit 0
  if (driver == "") say("error: The master did not take the driver")
  else say("error: The driver ended as " state "; why stands in work/" driver "/stderr" (where ? " of " where : "") ", and behind the driver on the master's page")
  exit 1
}
