/**
 * Files of weights, ours and others': reading them, writing them, and what each says of itself.
 *
 * <p>Decided: {@code model.zip} is a stock DL4J file with one more entry that DL4J leaves alone.
 * Bulk copies in the place of ND4J's reader, which goes element by element. Files of others are
 * told by their bytes, checked by what they say of themselves before anything is taken for them,
 * and matched with a network by the names of its parameters ({@link
 * io.millrace.formats.WeightTransfer}); each format is a {@link io.millrace.formats.WeightFile}.
 *
 * <p>Rejected: Java serialisation of networks, and reading any; the JDK's {@code ZipInputStream},
 * which inflates what it is to pass over, and trusts names; PyTorch's pickles, which run code;
 * adapting the first convolution to grey images, since repeating them in each channel is exact;
 * DL4J's import of Keras, whose networks have channels last, and which asks the native HDF5
 * library: bytes of anybody do not reach it, and what is read is no more than what the tests prove.
 */
package io.millrace.formats;
