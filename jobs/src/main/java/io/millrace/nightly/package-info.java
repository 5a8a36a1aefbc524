/**
 * Nights: each prepares what is new, trains from the champion, compares, and promotes or keeps.
 *
 * <p>Decided: a night is made of steps, prepare, train, compare, promote, and each is written down
 * in one step once it is whole. So a night that was killed goes on where it was, one that is done
 * does nothing, and until {@code champion.json} is replaced, last, production is as it was
 * yesterday. Training is a run like any other in the night's folder, resumed by its own
 * checkpoints. Data is pinned by a manifest that no later night touches.
 *
 * <p>Rejected: one set that grows, which changes under a night that is resumed; a scheduler of our
 * own, since cron, systemd and Airflow are there; a night that catches up for those that were
 * missed, as it takes in what they left anyhow.
 */
package io.millrace.nightly;
