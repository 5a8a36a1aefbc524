/** The command line: one main class, one subcommand a class. */
package io.millrace.cli;
