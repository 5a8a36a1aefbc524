/**
 * The command line: one main class, one subcommand a class.
 *
 * <p>Decided: a command reads its flags, calls one job and turns what it throws into one line and
 * an exit code; the stack is shown with {@code -v} only. Settings of Spark without which a run
 * would be wrong are made here, whatever spark-submit was told.
 *
 * <p>Rejected: commands that hold logic of their own, which no program could call.
 */
package io.millrace.cli;
