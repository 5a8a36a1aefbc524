package io.millrace.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class IdSumTest {
  private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(128);

  @Property(tries = 1000)
  void isTheSumModuloTwoToThe128InAnyOrder(@ForAll List<Long> ids) {
    BigInteger expected = BigInteger.ZERO;
    IdSum sum = new IdSum();
    for (long id : ids) {
      sum.add(id);
      expected = expected.add(value(new IdSum().add(id))).mod(MODULUS);
    }
    assertThat(value(sum)).isEqualTo(expected);
    Collections.reverse(ids);
    IdSum reversed = new IdSum();
    ids.forEach(reversed::add);
    assertThat(reversed).isEqualTo(sum);
    assertThat(IdSum.parse(sum.toString())).isEqualTo(sum);
  }

  @Test
  void tellsAnIdCountedTwiceFromTwoIds() {
    assertThat(new IdSum().add(1).add(1)).isNotEqualTo(new IdSum().add(1).add(2));
    assertThat(new IdSum().add(1).add(1)).isNotEqualTo(new IdSum().add(1));
  }

  private static BigInteger value(IdSum sum) {
    return new BigInteger(sum.toString(), 16);
  }
}
