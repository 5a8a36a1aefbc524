/**
 * What travels between driver and workers, and how the workers' vectors become one.
 *
 * <p>Decided: sums in double, in the order of the workers, slice by slice, so that where it is done
 * changes no bit; batch statistics are merged by their own rule, since the average of variances
 * lacks the spread of the means. Rejected: a tree of partial sums, whose bits depend on its shape.
 */
package io.millrace.exchange;
