package io.millrace.cluster;

import java.util.List;
import org.apache.spark.Dependency;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/** Dependencies as the sequence that an RDD's constructor wants. */
public final class SparkSeq {
  private SparkSeq() {}

  /** The dependencies of an RDD as Scala wants them. */
  public static Seq<Dependency<?>> of(Dependency<?>... dependencies) {
    return JavaConverters.asScalaBuffer(List.of(dependencies)).toSeq();
  }
}
