/**
 * One training run from config to model. The other rooms do not know each other; here they are put
 * together, in one place that reads like a table of contents.
 */
package io.millrace.run;
