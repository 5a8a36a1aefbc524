/** The training master: replicas, master weights, weight codec, averaging. */
package io.millrace.training;
