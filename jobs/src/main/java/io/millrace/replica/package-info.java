/**
 * A network, the one thread that works with it, and the pool that leases it to one task at a time.
 *
 * <p>Decided: workspaces and devices belong to threads, so a replica has one thread for life; a
 * lease whose work did not end well poisons it, since the thread may still be in native code. One
 * pool serves whatever wants a network on an executor, to train it or only to ask it; kinds differ
 * by their {@link io.millrace.replica.NetworkSpec} and never displace each other. A teacher lives
 * in the replica of the network that it teaches: both work in turn, on one minibatch. Rejected: a
 * network a task, whose building costs more than a round; a pool a kind, each with rules of its own
 * for killed tasks; a lease for the teacher, by which every minibatch would change threads twice.
 *
 * <p>Decided: the memory of passes stays with an idle replica until a network of another kind or
 * key is leased in its JVM, which is who may need it. Rejected: to give it back after each task, as
 * the next one then takes new pages, which may cost as much as its passes.
 *
 * <p>No thread in native code can be stopped. So work that takes too long is left where it is: the
 * attempt fails, its replica is poisoned, and the task is tried again with another one, on another
 * executor where there is one; what hangs keeps a core and its memory until its JVM ends, and the
 * warning says so. Too long is what takes many times the median of the steps that the replica did
 * before; of a round the driver says it, who knows what other executors need. Rejected: ending the
 * JVM, with which other replicas and what they made would go.
 */
package io.millrace.replica;
