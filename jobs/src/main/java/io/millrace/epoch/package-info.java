/** Which example is in which update of which worker, and the RDD that is numbered by it. */
package io.millrace.epoch;
