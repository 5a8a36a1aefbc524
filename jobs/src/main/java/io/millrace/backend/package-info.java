/**
 * The ND4J backend of this JVM: which native binary, how many threads, which device, and how fast
 * it is.
 *
 * <p>Decided: the binaries with oneDNN in them, one of which is chosen before ND4J loads; what
 * decides the last bit of a result is read from what was loaded and held equal on all executors;
 * host memory of an array is reached in one place, {@link io.millrace.backend.HostAccess}, which
 * also says so to a device.
 *
 * <p>Rejected: ND4J's platform artifacts, which bring every system and leave the choice to chance;
 * its turn of devices by thread, as Spark says which GPU a task has.
 */
package io.millrace.backend;
