package io.millrace.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PredictTallyTest {
  private static final long SECOND = 1_000_000_000;

  /** A chunk of 100 images, of which 10 are bad, that took so many seconds. */
  private static ChunkResult chunk(double seconds) {
    return new ChunkResult(90, new TreeMap<>(Map.of("bad", 10L)), null, (long) (seconds * SECOND));
  }

  @Test
  void thePaceIsThatOfAllSlotsFromTheEndOfTheFirstChunkOn() {
    PredictTally tally = new PredictTally(1000);
    long zero = -5 * SECOND; // the clock's zero may be anywhere
    tally.ended(chunk(1), zero);
    assertThat(tally.pace()).isNaN();
    tally.ended(chunk(1), zero); // of the other slot, all of it from before
    for (int second = 1; second <= 4; second++) {
      tally.ended(chunk(1), zero + second * SECOND);
      tally.ended(chunk(1), zero + second * SECOND);
    }
    assertThat(tally.pace()).isCloseTo(200, within(1e-6));
    assertThat(tally.images()).isEqualTo(1000);
  }

  @Test
  void ofAChunkOnTheWayThatPartCountsWhichCameAfterTheFirst() {
    PredictTally tally = new PredictTally(300);
    tally.ended(chunk(1), SECOND);
    tally.ended(chunk(2), 2 * SECOND); // half of it
    tally.ended(chunk(1), 2 * SECOND);
    assertThat(tally.pace()).isCloseTo(150, within(1e-6));
  }
}
