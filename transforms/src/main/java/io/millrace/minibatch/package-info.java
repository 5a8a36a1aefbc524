/** One minibatch: one-hot targets, label smoothing, mixup. */
package io.millrace.minibatch;
