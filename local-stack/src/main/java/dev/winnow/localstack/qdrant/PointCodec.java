package dev.winnow.localstack.qdrant;

import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;

/**
 * Lucene's own formats, written so that its own codec reads them, with two choices of ours: vectors may have
 * {@value #MOST_DIMENSIONS} dimensions, and a small segment has no search graph, since a graph would be thrown away by
 * the next merge and a scan is as fast.
 */
final class PointCodec extends Lucene104Codec {

    /** The widest feature layers in use; Lucene's own limit is 1024. */
    static final int MOST_DIMENSIONS = 4096;

    /** Points below which a segment is scanned. */
    static final int GRAPH_FROM = 10_000;

    private final KnnVectorsFormat vectors;

    /**
     * @param neighbours edges of a graph node ({@code m})
     * @param beam candidates looked at while a node is inserted ({@code ef_construct})
     */
    PointCodec(int neighbours, int beam) {
        this.vectors = new WideVectors(new Lucene99HnswVectorsFormat(
                neighbours, beam, Lucene99HnswVectorsFormat.DEFAULT_NUM_MERGE_WORKER, null, GRAPH_FROM));
    }

    @Override
    public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
        return vectors;
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
