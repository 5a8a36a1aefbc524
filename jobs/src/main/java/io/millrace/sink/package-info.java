/**
 * Sinks: where the figures of a run go beside its own folder, such as TensorBoard's files, an
 * MLflow server, Spark's metrics and lines of JSON.
 *
 * <p>Decided: a sink is a listener that never ends a run: what it throws is said once, and training
 * goes on. What goes over a network goes from a thread of its own with a bounded queue. None of
 * them writes a point twice when a run is resumed.
 *
 * <p>Rejected: generated classes for TensorBoard's messages, as a dozen fields do not pay for
 * TensorFlow's and protobuf's jars, which meet others on a cluster; the tests read the files by
 * them. MLflow's own client, whose jar has 8.6 MB and which starts Python to move artifacts; six
 * requests of its REST interface do. Log4j's JSON template layout, which has to lie on the class
 * path before the JVM starts, where a submitted jar does not.
 */
package io.millrace.sink;
