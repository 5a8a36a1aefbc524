package io.millrace.backend;

import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;

/** Where the arrays of a network lie while it is trained or run. */
public enum ArrayMemory {
  /** In the memory of this process, which native code and Java may work on. */
  HOST,

  /** On a device: ND4J's ops alone work on them. */
  DEVICE;

  /** That of this JVM's backend. */
  public static ArrayMemory here() {
    return Nd4j.getExecutioner().type() == ExecutionerType.NATIVE_CPU ? HOST : DEVICE;
  }
}
