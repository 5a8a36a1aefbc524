/**
 * A network, the one thread that works with it, and the pool that leases it to one task at a time.
 *
 * <p>Decided: workspaces and devices belong to threads, so a replica has one thread for life; a
 * lease whose work did not end well poisons it, since the thread may still be in native code.
 * Rejected: a network a task, whose building costs more than a round.
 */
package io.millrace.replica;
