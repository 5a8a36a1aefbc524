package io.millrace.epoch;

import java.util.List;
import org.apache.spark.Dependency;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/** Dependencies as the sequence that an RDD's constructor wants. */
final class SparkSeq {
  private SparkSeq() {}

  static Seq<Dependency<?>> of(Dependency<?>... dependencies) {
    return JavaConverters.asScalaBuffer(List.of(dependencies)).toSeq();
  }
}
