/** Validation and evaluation, distributed over the workers. */
package io.millrace.evaluate;
