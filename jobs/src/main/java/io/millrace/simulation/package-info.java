/**
 * What a run would cost on a cluster that is not there: a round of W workers, summed of terms, each
 * measured in runs of few workers or given.
 *
 * <p>A round of k updates with b images each, d bytes down and u bytes up, on S slots of which m
 * lie on one machine, takes, in seconds,
 *
 * <pre>
 *   schedule    job + task W
 *   handover    job (w - 1)                                    a slot waits for its next task
 *   broadcast   e d                                            encoding, on the driver
 *   download    ((n + h - 1) p + (d - n p)) / B + l h          a tree of pieces, n of p bytes, h = ceil(log2(W + 1))
 *   start       w t                                            what a task computes besides its updates
 *   compute     w k b c (1 + g (min(m, W) - 1))                w = ceil(W / S) waves
 *   codec       w z (d + u)
 *   waiting     s q(min(W, S)) x / (w sqrt(k))                 x = start + compute + codec, for the slowest that end together
 *   upload      W u / B + l, or (2 u (W - 1) / W + u) / B + 2 l where executors make the average
 *   aggregate   a + r W u, or a + r u where executors do
 *   rest        what is left of a measured round
 * </pre>
 *
 * <p>q(n) is the mean of the largest of n standard normal values, by Blom's {@code Phi^-1((n -
 * 0.375) / (n + 0.25))} (G. Blom, Statistical Estimates and Transformed Beta-Variables, 1958). B is
 * the bandwidth and l the latency of the network, both given; job, task, a, r are lines through
 * measured rounds of several numbers of workers, t one through runs that differ in k alone, e, z,
 * c, g, s means of them.
 *
 * <p>Decided: compute is measured on the very network, input, batch and precision, and never
 * reckoned from operations, of which some take ten times longer than others; all else comes from
 * whatever runs there are, by bytes.
 *
 * <p>Decided: updates of a task are delayed each by itself, so that waiting shrinks with k (J.
 * Wang, G. Joshi, arXiv 1810.08313). Of a machine that is always slower that is not true.
 *
 * <p>Rejected: a discrete simulation of tasks, whose answers nobody can work out by hand.
 */
package io.millrace.simulation;
