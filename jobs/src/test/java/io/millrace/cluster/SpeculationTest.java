package io.millrace.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class SpeculationTest {
  private static SparkConf conf(String... settings) {
    SparkConf conf = new SparkConf(false).set("spark.master", "spark://master:7077");
    for (String each : settings) {
      conf.set(each.split("=")[0], each.split("=")[1]);
    }
    return conf;
  }

  @Test
  void itIsOnWhereASlotIsLeft() {
    SparkConf three = conf("spark.executor.instances=3", "spark.executor.cores=2");
    Speculation on = Speculation.of(three, 5);
    assertThat(on)
        .isEqualTo(
            new Speculation(
                true,
                "on: 6 slots for 5 workers, a task far behind the others is tried again on a free"
                    + " slot, with the same bytes"));
    on.applyTo(three);
    assertThat(three.get("spark.speculation")).isEqualTo("true");
    assertThat(three.get("spark.speculation.multiplier")).isEqualTo("3");
    assertThat(Speculation.of(three, 5).on()).isTrue();
    assertThat(Speculation.of(conf("spark.cores.max=5"), 4).on()).isTrue();
  }

  @Test
  void itIsOffWhereNoneIsLeftOrNobodySays() {
    SparkConf full = conf("spark.executor.instances=3", "spark.executor.cores=2");
    Speculation off = Speculation.of(full, 6);
    assertThat(off).isEqualTo(new Speculation(false, "off: 6 slots for 6 workers"));
    off.applyTo(full);
    assertThat(full.contains("spark.speculation")).isFalse();
    assertThat(Speculation.of(conf("spark.cores.max=5", "spark.executor.cores=2"), 4).on())
        .as("two executors of two cores")
        .isFalse();
    assertThat(Speculation.of(conf("spark.executor.instances=9", "spark.task.cpus=2"), 1).on())
        .isFalse();
    SparkConf gpus =
        conf(
            "spark.executor.instances=2",
            "spark.executor.cores=8",
            "spark.executor.resource.gpu.amount=2",
            "spark.task.resource.gpu.amount=1");
    assertThat(Speculation.of(gpus, 4).words()).isEqualTo("off: 4 slots for 4 workers");
    assertThat(Speculation.of(conf(), 1).words()).startsWith("off: the settings do not say");
    assertThat(Speculation.of(conf("spark.master=local[8,4]"), 2).on()).isFalse();
    assertThat(Speculation.of(conf("spark.master=local"), 1).on()).isFalse();
  }

  @Test
  void whatIsSetIsLeft() {
    SparkConf off = conf("spark.executor.instances=9", "spark.speculation=false");
    Speculation.of(off, 1).applyTo(off);
    assertThat(off.get("spark.speculation")).isEqualTo("false");
    SparkConf on = conf("spark.speculation=true");
    Speculation.of(on, 1).applyTo(on);
    assertThat(on.contains("spark.speculation.multiplier")).isFalse();
    assertThat(Speculation.of(on, 1).words()).startsWith("on, as spark.speculation says");
  }
}
