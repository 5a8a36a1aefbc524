package io.millrace.epoch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.random.KeyedRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class EpochPlanTest {
  /** A random case: odd blocks, more workers than rows, rounds that do not divide. */
  record Case(long seed, List<Integer> blockRows, int workers, int batch, int every, int window) {
    int[] rows() {
      return blockRows.stream().mapToInt(Integer::intValue).toArray();
    }

    EpochPlan plan(long epoch) {
      long total = Arrays.stream(rows()).sum();
      return new EpochPlan(seed, epoch, rows(), new EpochShape(total, workers, batch), window);
    }
  }

  @Provide
  Arbitrary<Case> cases() {
    Arbitrary<List<Integer>> blocks =
        Arbitraries.integers().between(1, 9).list().ofMinSize(1).ofMaxSize(40);
    Arbitrary<Integer> small = Arbitraries.integers().between(1, 9);
    return Combinators.combine(Arbitraries.longs(), blocks, small, small, small, small)
        .as(Case::new);
  }

  @Property(tries = 3000)
  void everyExampleIsUsedExactlyOnce(@ForAll("cases") Case c) {
    Set<Long> seen = new HashSet<>();
    for (long[] batch : batches(c.plan(3))) {
      for (long row : batch) {
        assertThat(seen.add(row)).as("row %x twice", row).isTrue();
        assertThat((int) row).isLessThan(c.rows()[(int) (row >> 32)]);
      }
    }
    assertThat(seen).hasSize(Arrays.stream(c.rows()).sum());
  }

  @Property(tries = 3000)
  void countsAreThoseOfTheDefinitions(@ForAll("cases") Case c) {
    EpochShape shape = c.plan(0).shape();
    RoundCut cut = RoundCut.fixed(c.every(), shape.updates());
    long left = shape.rows();
    int updates = 0;
    for (int round = 0; round < cut.rounds(); round++) {
      boolean last = round == cut.rounds() - 1;
      assertThat(cut.firstUpdate(round)).isEqualTo(updates);
      assertThat(cut.updates(round)).isBetween(last ? 1 : c.every(), c.every());
      for (int u = updates; u < updates + cut.updates(round); u++) {
        long taken = Math.min(left, shape.globalBatch());
        assertThat(taken == shape.globalBatch() || u == shape.updates() - 1).isTrue();
        long sum = 0;
        for (int worker = 0; worker < c.workers(); worker++) {
          int examples = shape.examples(u, worker);
          assertThat((long) examples)
              .isBetween(taken / c.workers(), (taken + c.workers() - 1) / c.workers());
          assertThat(examples > 0 || taken < c.workers()).isTrue();
          sum += examples;
        }
        assertThat(sum).isEqualTo(taken);
        assertThat(cut.roundOf(u)).isEqualTo(round);
        left -= taken;
      }
      updates += cut.updates(round);
    }
    for (int worker = 0; worker < c.workers(); worker++) {
      if (shape.shareRows(worker) > 0) {
        assertThat(shape.shareAt(shape.shareStart(worker))).isEqualTo(worker);
        assertThat(shape.shareAt(shape.shareStart(worker + 1) - 1)).isEqualTo(worker);
      }
    }
    assertThat(left).isZero();
    assertThat(updates).isEqualTo(shape.updates());
  }

  @Property(tries = 1000)
  void otherWorkersHaveTheSameSharesAmongThem(
      @ForAll @LongRange(min = 1, max = 5000) long rows,
      @ForAll @IntRange(min = 1, max = 8) int some,
      @ForAll @IntRange(min = 1, max = 6) int times,
      @ForAll @IntRange(min = 1, max = 9) int batch) {
    int shares = some * times;
    EpochShape many = new EpochShape(rows, shares, batch);
    EpochShape few = new EpochShape(rows, some, batch * times, shares);
    assertThat(few.updates()).isEqualTo(many.updates());
    int last = few.updates() - 1;
    long left = rows - last * few.globalBatch();
    for (int update : new int[] {0, last}) {
      int sum = 0;
      for (int share = 0; share < shares; share++) {
        assertThat(few.shareExamples(update, share)).isEqualTo(many.examples(update, share));
      }
      for (int worker = 0; worker < some; worker++) {
        int examples = few.examples(update, worker);
        assertThat(examples).isLessThanOrEqualTo(few.largestMinibatch());
        assertThat((long) examples)
            .as("equal to one example")
            .isBetween(
                Math.min(left, few.globalBatch()) / some * (update == last ? 1 : 0),
                (Math.min(rows, few.globalBatch()) + some - 1) / some);
        sum += examples;
      }
      assertThat((long) sum).isEqualTo(update == last ? left : few.globalBatch());
    }
  }

  @Example
  void sharesSuitManyNumbersOfWorkersWhereTheGlobalBatchAllowsIt() {
    for (int workers : new int[] {1, 2, 3, 4, 6}) {
      assertThat(EpochShape.shares(workers, 96 / workers)).isEqualTo(24);
    }
    assertThat(EpochShape.shares(2, 64)).isEqualTo(8).isEqualTo(EpochShape.shares(4, 32));
    assertThat(EpochShape.shares(5, 32)).as("lcm(5, 8)").isEqualTo(40);
    assertThat(EpochShape.shares(7, 1)).as("lcm(7, 1)").isEqualTo(7);
    assertThat(EpochShape.shares(16, 3)).as("lcm(16, 24) does divide 48").isEqualTo(48);
    assertThat(EpochShape.shares(16, 1)).as("lcm(16, 8)").isEqualTo(16);
    assertThatThrownBy(() -> new EpochShape(100, 4, 8, 6))
        .hasMessage(
            "Invalid shuffle.shares: 6 (must be a multiple of training.workers, 4, that divides the global batch, 32)");
  }

  @Property(tries = 2000)
  void aRowNeverLeavesItsWindow(@ForAll("cases") Case c) {
    EpochPlan plan = c.plan(1);
    int cuts = 0;
    Set<Integer> blocks = new HashSet<>();
    for (int worker = 0; worker < c.workers(); worker++) {
      long position = 0;
      for (int i = 0; i < plan.windows(worker); i++) {
        PlannedWindow window = plan.window(worker, i);
        assertThat(window.first()).isEqualTo(position);
        assertThat(window.blocks()).hasSizeBetween(1, c.window());
        assertThat(plan.windowAt(worker, position)).isEqualTo(i);
        assertThat(plan.windowAt(worker, position + window.size() - 1)).isEqualTo(i);
        for (int block : window.blocks()) {
          if (!blocks.add(block)) {
            cuts++;
          }
        }
        position += window.size();
      }
      assertThat(position).isEqualTo(plan.shape().shareRows(worker));
    }
    assertThat(cuts).as("blocks read again").isLessThan(c.workers());
  }

  @Property(tries = 500)
  void theSameSeedGivesTheSamePlan(@ForAll("cases") Case c) {
    assertThat(batches(c.plan(5))).isDeepEqualTo(batches(c.plan(5)));
  }

  @Example
  void epochsAndSeedsDiffer() {
    long[][] one = batches(large(1, 0));
    assertThat(Arrays.deepEquals(one, batches(large(1, 1)))).isFalse();
    assertThat(Arrays.deepEquals(one, batches(large(2, 0)))).isFalse();
  }

  @Example
  void thePlanNeverChangesBetweenVersions() {
    assertThat(EpochPlan.permutation(8, new KeyedRandom().key(1, 2, 3)))
        .containsExactly(5, 7, 6, 0, 4, 1, 2, 3);
  }

  @Example
  void oneRowGoesToTheFirstWorker() {
    EpochPlan plan = new EpochPlan(1, 0, new int[] {1}, new EpochShape(1, 4, 8), 16);
    assertThat(plan.shape().updates()).isEqualTo(1);
    assertThat(plan.shape().examples(0, 0)).isEqualTo(1);
    assertThat(plan.shape().examples(0, 1)).isZero();
    assertThat(plan.windows(1)).isZero();
    assertThat(plan.window(0, 0).rows()).containsExactly(0);
  }

  @Example
  void aRoundLongerThanTheEpochIsTheEpoch() {
    EpochShape shape = new EpochShape(100, 2, 8);
    RoundCut cut = RoundCut.fixed(Integer.MAX_VALUE, shape.updates());
    assertThat(cut.rounds()).isEqualTo(1);
    assertThat(cut.updates(0)).isEqualTo(7);
    assertThat(shape.minibatches(0, 7, 1)).isEqualTo(7);
  }

  @Example
  void aWindowLargerThanTheSetIsAWorkersShare() {
    EpochShape shape = new EpochShape(8, 2, 2);
    EpochPlan plan = new EpochPlan(1, 0, new int[] {2, 2, 2, 2}, shape, Integer.MAX_VALUE);
    for (int worker = 0; worker < 2; worker++) {
      assertThat(plan.windows(worker)).isEqualTo(1);
      assertThat(plan.window(worker, 0).size()).isEqualTo(4);
    }
  }

  @Example
  void permutationsAreUniform() {
    int[] counts = new int[6];
    KeyedRandom random = new KeyedRandom();
    for (int epoch = 0; epoch < 60_000; epoch++) {
      int[] p = EpochPlan.permutation(3, random.key(7, epoch, 0));
      counts[p[0] * 2 + (p[1] > p[2] ? 1 : 0)]++;
    }
    for (int count : counts) {
      assertThat(count).isBetween(9_600, 10_400);
    }
  }

  /** Ten classes, shuffled once as prepare does: batches look like draws without replacement. */
  @Example
  void labelsOfGlobalBatchesAreDistributedAsInAnExactShuffle() {
    int classes = 10;
    int[] labels = EpochPlan.permutation(102_400, new KeyedRandom().key(3, 3, 3));
    double ours = 0;
    double exact = 0;
    int count = 0;
    for (int epoch = 0; epoch < 3; epoch++) {
      int[] shuffled = EpochPlan.permutation(102_400, new KeyedRandom().key(11, epoch, 1));
      int position = 0;
      for (long[] batch : batches(large(1, epoch))) {
        int[] our = new int[classes];
        int[] theirs = new int[classes];
        for (long row : batch) {
          our[labels[globalRow(row)] % classes]++;
          theirs[labels[shuffled[position++]] % classes]++;
        }
        ours += chiSquare(our, batch.length);
        exact += chiSquare(theirs, batch.length);
        count++;
      }
    }
    assertThat(ours / count).isBetween(8.3, 9.7);
    assertThat(exact / count).isBetween(8.3, 9.7);
  }

  /** A uniform shuffle moves a row by a third of the set on average. */
  @Example
  void rowsMoveBetweenEpochsAsFarAsInAnExactShuffle() {
    int[] before = positions(large(1, 0));
    int[] after = positions(large(1, 1));
    double moved = 0;
    for (int row = 0; row < before.length; row++) {
      moved += Math.abs(before[row] - after[row]) / (double) before.length;
    }
    assertThat(moved / before.length).isBetween(0.31, 0.36);
  }

  @Example
  void refusesWhatIsNoPlan() {
    assertThatThrownBy(() -> new EpochShape(0, 1, 1)).hasMessage("Invalid rows: 0 (must be >= 1)");
    assertThatThrownBy(() -> new EpochShape(1, 1, -8))
        .hasMessage("Invalid training.batchPerWorker: -8 (must be >= 1)");
    assertThatThrownBy(() -> new EpochPlan(1, 0, new int[] {1}, new EpochShape(1, 1, 1), 0))
        .hasMessage("Invalid shuffle.window: 0 (must be >= 1)");
    assertThatThrownBy(() -> new EpochPlan(1, 0, new int[] {1, 2}, new EpochShape(4, 1, 1), 1))
        .hasMessage("Invalid rows: 4 (must be 3, the sum of the blocks' rows)");
    assertThatThrownBy(() -> new EpochPlan(1, 0, new int[] {1, 0}, new EpochShape(1, 1, 1), 1))
        .hasMessage("Invalid rows of block 1: 0 (must be >= 1)");
  }

  private static final int BLOCK_ROWS = 256;

  private static EpochPlan large(long seed, long epoch) {
    int[] blocks = new int[400];
    Arrays.fill(blocks, BLOCK_ROWS);
    return new EpochPlan(seed, epoch, blocks, new EpochShape(102_400, 4, 64), 16);
  }

  private static int globalRow(long row) {
    return (int) (row >> 32) * BLOCK_ROWS + (int) row;
  }

  private static int[] positions(EpochPlan plan) {
    int[] positions = new int[(int) plan.shape().rows()];
    int next = 0;
    for (long[] batch : batches(plan)) {
      for (long row : batch) {
        positions[globalRow(row)] = next++;
      }
    }
    return positions;
  }

  private static double chiSquare(int[] counts, int size) {
    double expected = (double) size / counts.length;
    return Arrays.stream(counts).mapToDouble(c -> (c - expected) * (c - expected) / expected).sum();
  }

  /** The global batches of an epoch, each row as block and row in it. */
  private static long[][] batches(EpochPlan plan) {
    EpochShape shape = plan.shape();
    long[][] shares = new long[shape.workers()][];
    for (int worker = 0; worker < shares.length; worker++) {
      shares[worker] = new long[(int) shape.shareRows(worker)];
      for (int i = 0; i < plan.windows(worker); i++) {
        PlannedWindow window = plan.window(worker, i);
        for (int r = 0; r < window.size(); r++) {
          shares[worker][(int) window.first() + r] =
              ((long) window.block(r) << 32) | window.rows()[r];
        }
      }
    }
    long[][] batches = new long[shape.updates()][];
    for (int update = 0; update < shape.updates(); update++) {
      long[] batch = {};
      for (int worker = 0; worker < shares.length; worker++) {
        int from = update * shape.batchPerWorker();
        int length = batch.length;
        int examples = shape.examples(update, worker);
        batch = Arrays.copyOf(batch, length + examples);
        if (examples > 0) {
          System.arraycopy(shares[worker], from, batch, length, examples);
        }
      }
      batches[update] = batch;
    }
    return batches;
  }
}
