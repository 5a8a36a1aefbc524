package io.millrace.recipe;

import static io.millrace.model.ParameterSlot.Kind.WEIGHT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.wire.WeightCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Against a double-precision reference of algorithm 1 of the paper, alone and averaged. */
class SwatsTest {
  private final Oracle oracle = new Oracle("swats.json");

  /** Weights, and the two vectors of state. */
  private static final class Worker {
    final ParameterLayout layout;
    byte[][] weights;
    byte[][] state;

    Worker(double[] initial) {
      layout = new ParameterLayout(List.of(slot(initial.length)));
      weights = slices(initial);
      state = WeightCodec.allocate(2L * initial.length);
    }

    private static ParameterSlot slot(int length) {
      return new ParameterSlot("v", "W", 0, length, WEIGHT);
    }

    void update(UpdateRule rule, double[] gradient, List<Moment> now) {
      byte[][] made = slices(gradient);
      rule.apply(layout, weights, made, state, 1, now);
      weights = made;
    }

    float[] values(byte[][] slices, int at) {
      float[] values = new float[(int) layout.length()];
      WeightCodec.get(slices, at, values);
      return values;
    }

    float[] w() {
      return values(weights, 0);
    }

    float[] m() {
      return values(state, 0);
    }
  }

  private static byte[][] slices(double[] values) {
    float[] narrow = new float[values.length];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = (float) values[i];
    }
    byte[][] slices = WeightCodec.allocate(values.length);
    WeightCodec.put(narrow, slices, 0);
    return slices;
  }

  @Test
  void oneProcessSwitchesWhereThePaperDoes() {
    constantRate("settling_gradients", oracle.number("settling_gradients/b2"));
    double[] alphas = oracle.vector("falling_alpha/alphas");
    run(
        "falling_alpha",
        "settling_gradients",
        oracle.number("falling_alpha/b2"),
        update -> alphas[(int) update]);
  }

  private void constantRate(String table, double beta2) {
    double alpha = oracle.number(table + "/alpha");
    run(table, table, beta2, update -> alpha);
  }

  private void run(String table, String gradientsOf, double beta2, LearningRate rate) {
    double[][] gradients = oracle.rows(gradientsOf + "/gradients");
    List<double[][]> one = new ArrayList<>();
    for (double[] gradient : gradients) {
      one.add(new double[][] {gradient});
    }
    averaged(table, gradientsOf + "/w0", one, 1, beta2, rate, table + "/switch_after");
  }

  @Test
  void workersSwitchByTheirAveragedStep() {
    distributed("distributed_every1", 1);
    distributed("distributed_every3", 3);
  }

  private void distributed(String table, int every) {
    double alpha = oracle.number(table + "/alpha");
    List<double[][]> updates = new ArrayList<>();
    for (int round = 0; oracle.has(table + "/gradients_round_worker_update/" + round); round++) {
      for (int update = 0; update < every; update++) {
        String at = table + "/gradients_round_worker_update/" + round;
        updates.add(
            new double[][] {
              oracle.vector(at + "/0/" + update), oracle.vector(at + "/1/" + update)
            });
      }
    }
    averaged(
        table,
        table + "/w0",
        updates,
        every,
        oracle.number(table + "/b2"),
        update -> alpha,
        table + "/switch_after_round");
  }

  private void averaged(
      String table,
      String initial,
      List<double[][]> gradients,
      int every,
      double beta2,
      LearningRate rate,
      String switchAfter) {
    Swats swats = new Swats(0.9, beta2, 1e-9, oracle.number(table + "/tolerance"));
    Recipe recipe = new Recipe(rate, swats, new WeightDecay(0, false));
    Pace pace = new Pace(recipe);
    Worker master = new Worker(oracle.vector(initial));
    UpdateRule rule = recipe.rule(master.layout);
    int switched = -1;
    for (int round = 0; round < gradients.size() / every; round++) {
      int first = round * every;
      float[] before = master.w();
      float[] m0 = master.m();
      List<Worker> workers = new ArrayList<>();
      for (int worker = 0; worker < gradients.get(first).length; worker++) {
        Worker own = new Worker(oracle.vector(initial));
        own.weights = copy(master.weights);
        own.state = copy(master.state);
        for (int i = 0; i < every; i++) {
          own.update(
              rule, gradients.get(first + i)[worker], pace.moments(first + i, first + i + 1));
        }
        workers.add(own);
      }
      master.weights = slices(mean(workers, 0));
      master.state = slices(concat(mean(workers, 1), mean(workers, 2)));
      int last = first + every - 1;
      if (pace.watching(first).isPresent()) {
        SwatsSwitch watching = pace.watching(first).get();
        double left = watching.left(every);
        double pp = 0;
        double pg = 0;
        for (int i = 0; i < before.length; i++) {
          double p = (double) master.w()[i] - before[i];
          pp += p * p;
          pg += p * (master.m()[i] - left * m0[i]) / (1 - left);
        }
        if (watching.roundEnded(pp, pg, every, pace.scheduled(last))) {
          switched = round + 1;
          master.state = WeightCodec.allocate(2L * before.length);
        }
      }
      if (oracle.has(table + "/rows/" + round)) {
        double[] expected = oracle.vector(table + "/rows/" + round + "/w");
        for (int i = 0; i < expected.length; i++) {
          assertThat((double) master.w()[i])
              .as("%s, round %d, weight %d", table, round, i)
              .isCloseTo(expected[i], within(2e-5));
        }
      }
    }
    assertThat(switched).isEqualTo((int) oracle.number(switchAfter));
    assertThat(pace.remembered().get(0).save().figure("found"))
        .isCloseTo(oracle.number(table + "/rate_found"), within(1e-6));
  }

  private static double[] mean(List<Worker> workers, int vector) {
    double[] mean = new double[(int) workers.get(0).layout.length()];
    for (Worker each : workers) {
      float[] values = vector == 0 ? each.w() : each.values(each.state, (vector - 1) * mean.length);
      for (int i = 0; i < mean.length; i++) {
        mean[i] += (double) values[i] / workers.size();
      }
    }
    return mean;
  }

  private static double[] concat(double[] a, double[] b) {
    double[] both = new double[a.length + b.length];
    System.arraycopy(a, 0, both, 0, a.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private static byte[][] copy(byte[][] slices) {
    return Arrays.stream(slices).map(byte[]::clone).toArray(byte[][]::new);
  }

  @Test
  void itIsRememberedAndGoesOnAlike() {
    SwatsSwitch one = new SwatsSwitch(new Swats(0.9, 0.9, 1e-9, 1e-6));
    assertThat(one.roundEnded(0.02, -2, 1, 0.1)).isFalse();
    SwatsSwitch other = new SwatsSwitch(new Swats(0.9, 0.9, 1e-9, 1e-6));
    other.restore(one.save());
    assertThat(other.roundEnded(0.02, -2, 1, 0.1)).isTrue();
    assertThat(other.factor() * 0.1).isCloseTo(0.01, within(1e-12));
  }

  /** Once switched it would follow a rate of its own, and no longer that of a range test. */
  @Test
  void underAnotherRateItStaysTheAdamThatItBeginsAs() {
    Swats swats = new Swats(0.9, 0.9, 1e-9, 1e-6);
    Recipe recipe =
        Recipe.of(new OptimizerConfig(swats, 0, false), ResolvedRate.of(COURSE, new Constant()));
    assertThat(new Pace(recipe).watching(0)).isPresent();
    Recipe tested = recipe.under(update -> 0.1);
    assertThat(new Pace(tested).watching(0)).isEmpty();
    float[] gradient = {0.3f, -2f};
    float[] before = gradient.clone();
    Moment now = new Moment(1, 0.1);
    swats.direction(before, new float[2], new float[2][2], 2, now);
    tested.optimizer().direction(gradient, new float[2], new float[2][2], 2, now);
    assertThat(gradient).isEqualTo(before);
  }

  private static final Course COURSE = new Course(0.1, 0, 20, 10);
}
