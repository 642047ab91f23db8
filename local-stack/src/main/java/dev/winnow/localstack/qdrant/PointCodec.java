package dev.winnow.localstack.qdrant;

import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.hnsw.FlatVectorsReader;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene104.Lucene104ScalarQuantizedVectorsFormat;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.util.hnsw.RandomVectorScorer;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;
import org.jspecify.annotations.Nullable;

/**
 * Lucene's own formats, written so that its own codec reads them, with two choices of ours: vectors may have
 * {@value #MOST_DIMENSIONS} dimensions, and each is kept twice, as it is and in one byte a dimension. There is no search
 * graph: a scan of the bytes finds the candidates in a few nanoseconds a point, so loading costs no more than copying,
 * and deletions and many segments cost no recall.
 */
final class PointCodec extends Lucene104Codec {

    /** The widest feature layers in use; Lucene's own limit is 1024. */
    static final int MOST_DIMENSIONS = 4096;

    private final KnnVectorsFormat vectors =
            new WideVectors(new Lucene104ScalarQuantizedVectorsFormat(ScalarEncoding.UNSIGNED_BYTE));

    @Override
    public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
        return vectors;
    }

    /** Compares a vector with the bytes of a segment's, in the order of the field's similarity; for one thread. */
    static @Nullable RandomVectorScorer byteScorer(LeafReader segment, String field, float[] vector)
            throws IOException {
        if (segment.getFieldInfos().fieldInfo(field) == null) {
            return null;
        }
        KnnVectorsReader all = ((CodecReader) FilterLeafReader.unwrap(segment)).getVectorReader();
        KnnVectorsReader one = ((PerFieldKnnVectorsFormat.FieldsReader) all).getFieldReader(field);
        return ((FlatVectorsReader) one).getRandomVectorScorer(field, vector);
    }

    private static final class WideVectors extends KnnVectorsFormat {

        private final KnnVectorsFormat delegate;

        WideVectors(KnnVectorsFormat delegate) {
            super(delegate.getName());
            this.delegate = delegate;
        }

        @Override
        public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
            return delegate.fieldsWriter(state);
        }

        @Override
        public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
            return delegate.fieldsReader(state);
        }

        @Override
        public int getMaxDimensions(String field) {
            return MOST_DIMENSIONS;
        }
    }
}
