package io.millrace.backend;

import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;

/** Where ND4J's arrays lie. Runs on the driver and on executors. */
public final class HostMemory {
  private HostMemory() {}

  /** Whether arrays lie in memory that this process can address, and nowhere else. */
  public static boolean holdsArrays() {
    return Nd4j.getExecutioner().type() == ExecutionerType.NATIVE_CPU;
  }
}
