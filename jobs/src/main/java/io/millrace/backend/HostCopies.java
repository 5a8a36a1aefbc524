package io.millrace.backend;

import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Where arrays have their copy in the memory of this process; on a CPU it is the only one. */
interface HostCopies {
  /** ND4J's own. A new array on a device has no such copy before somebody asks for it. */
  HostCopies OF_ND4J =
      new HostCopies() {
        @Override
        public Pointer ask(INDArray array) {
          Nd4j.getAffinityManager().ensureLocation(array, Location.HOST);
          return array.data().addressPointer();
        }

        @Override
        public void tag(INDArray array) {
          Nd4j.getAffinityManager().tagLocation(array, Location.HOST);
        }
      };

  /** Brings the host's copy up to date, and says where its first element lies. */
  Pointer ask(INDArray array);

  /** Says that the host's copy is newer than any other. */
  void tag(INDArray array);
}
