package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.Points.FacetHit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.apache.lucene.index.MultiBits;
import org.apache.lucene.index.MultiTerms;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/** Everything that is read from a collection except by nearness. */
final class PointReads {

    private final Collection collection;

    PointReads(Collection collection) {
        this.collection = collection;
    }

    /** Part of all points in id order. */
    record Page(List<Selection.Point> points, Optional<PointKey> next) {}

    /** Those that exist, in the order asked for. */
    List<Selection.Point> get(List<PointId> ids, Selection selection) throws IOException {
        List<PointKey> keys = ids.stream().map(PointKey::of).toList();
        return collection
                .store()
                .read(searcher -> selection.read(
                        searcher,
                        List.copyOf(PointLookup.documents(searcher, keys).values())));
    }

    long count(Filter filter) throws IOException {
        return collection.store().read(searcher -> (long) searcher.count(FilterQuery.of(filter, collection.schema())));
    }

    /** @param from the first id that may be in the page; absent for the first page */
    Page scroll(Filter filter, @Nullable PointKey from, int limit, Selection selection) throws IOException {
        return collection.store().read(searcher -> {
            List<Integer> documents = inIdOrder(searcher, filter, from, limit + 1L);
            boolean more = documents.size() > limit;
            Optional<PointKey> next = more
                    ? Optional.of(Selection.IDS
                            .read(searcher, List.of(documents.getLast()))
                            .getFirst()
                            .key())
                    : Optional.empty();
            List<Integer> page = more ? documents.subList(0, limit) : documents;
            return new Page(selection.read(searcher, page), next);
        });
    }

    /** The first ones in the order of a field, where a point stands once for each of its values. */
    List<Selection.Point> ordered(
            io.qdrant.client.grpc.Points.OrderBy by, Filter filter, int count, Selection selection) throws IOException {
        OrderBy orderBy = OrderBy.of(by, collection.schema());
        return collection.store().read(searcher -> {
            List<OrderBy.Place> places = orderBy.first(searcher, filter, count);
            List<Selection.Point> points = selection.read(
                    searcher, places.stream().map(OrderBy.Place::document).toList());
            return IntStream.range(0, points.size())
                    .mapToObj(i -> points.get(i).at(places.get(i).value()))
                    .toList();
        });
    }

    /** Some at random, none twice. */
    List<Selection.Point> sample(Filter filter, int count, Selection selection) throws IOException {
        return collection.store().read(searcher -> {
            FixedBitSet passing = Matches.bits(searcher, FilterQuery.of(filter, collection.schema()));
            List<Integer> documents = new ArrayList<>();
            int seen = 0;
            for (int document = passing.nextSetBit(0);
                    document != DocIdSetIterator.NO_MORE_DOCS;
                    document = document + 1 < passing.length()
                            ? passing.nextSetBit(document + 1)
                            : DocIdSetIterator.NO_MORE_DOCS) {
                int place = ThreadLocalRandom.current().nextInt(++seen);
                if (documents.size() < count) {
                    documents.add(document);
                } else if (place < count) {
                    documents.set(place, document);
                }
            }
            Collections.shuffle(documents, ThreadLocalRandom.current());
            return selection.read(searcher, documents);
        });
    }

    /** Walks the ids of all segments together from the given one on, until there are enough that pass the filter. */
    private List<Integer> inIdOrder(IndexSearcher searcher, Filter filter, @Nullable PointKey from, long atMost)
            throws IOException {
        List<Integer> documents = new ArrayList<>();
        boolean everything = filter.equals(Filter.getDefaultInstance());
        FixedBitSet passing = everything ? null : Matches.bits(searcher, FilterQuery.of(filter, collection.schema()));
        Terms terms = MultiTerms.getTerms(searcher.getIndexReader(), PointDocument.ID);
        if (terms == null) {
            return documents;
        }
        Bits live = MultiBits.getLiveDocs(searcher.getIndexReader());
        TermsEnum ids = terms.iterator();
        boolean found = from == null ? ids.next() != null : ids.seekCeil(from.bytes()) != TermsEnum.SeekStatus.END;
        PostingsEnum postings = null;
        while (found && documents.size() < atMost) {
            postings = ids.postings(postings, PostingsEnum.NONE);
            int document = PointLookup.firstLive(postings, live);
            if (document != DocIdSetIterator.NO_MORE_DOCS && (passing == null || passing.get(document))) {
                documents.add(document);
            }
            BytesRef next = ids.next();
            found = next != null;
        }
        return documents;
    }

    /** How many points have each value of a field, the most frequent value first. */
    List<FacetHit> facet(String key, Filter filter, int limit) throws IOException {
        Facets facets = Facets.of(key, collection.schema());
        return collection.store().read(searcher -> facets.count(searcher, filter, limit));
    }
}
