package dev.winnow.localstack.qdrant;

import io.qdrant.client.grpc.Collections.PayloadIndexParams;
import io.qdrant.client.grpc.Collections.PayloadIndexParams.IndexParamsCase;
import io.qdrant.client.grpc.Collections.PayloadSchemaInfo;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Collections.TokenizerType;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.DatetimeRange;
import io.qdrant.client.grpc.Common.FieldCondition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.GeoBoundingBox;
import io.qdrant.client.grpc.Common.GeoPoint;
import io.qdrant.client.grpc.Common.Match;
import io.qdrant.client.grpc.Common.Range;
import io.qdrant.client.grpc.Common.RepeatedStrings;
import io.qdrant.client.grpc.Points.CreateFieldIndexCollection;
import java.util.Map;
import org.apache.lucene.search.Query;

/** What Qdrant reports of an indexed field, from what it was asked to index. */
final class FieldSchema {

    private FieldSchema() {}

    static PayloadSchemaInfo of(CreateFieldIndexCollection request) {
        PayloadSchemaInfo.Builder schema = PayloadSchemaInfo.newBuilder().setDataType(type(request));
        if (request.getFieldIndexParams().getIndexParamsCase() != IndexParamsCase.INDEXPARAMS_NOT_SET) {
            if (type(request.getFieldIndexParams()) != schema.getDataType()) {
                throw QdrantErrors.badInput(
                        "field_type (" + schema.getDataType() + ") and field_index_params do not match");
            }
            schema.setParams(request.getFieldIndexParams());
        }
        if (schema.getParams().hasTextIndexParams()) {
            if (schema.getParams().getTextIndexParams().getTokenizer() == TokenizerType.Unknown) {
                throw QdrantErrors.badInput("unknown tokenizer type");
            }
            TextIndex.of(schema.getParams().getTextIndexParams());
        }
        return schema.build();
    }

    /** Finds the points that have a value for the index. */
    static Query indexed(String field, PayloadSchemaInfo schema) {
        PayloadSchemaType type = schema.getDataType();
        FieldCondition.Builder condition = FieldCondition.newBuilder().setKey(field);
        switch (type) {
            case Integer, Float -> condition.setRange(Range.getDefaultInstance());
            case Datetime -> condition.setDatetimeRange(DatetimeRange.getDefaultInstance());
            case Keyword, Text, Uuid ->
                condition.setMatch(Match.newBuilder().setExceptKeywords(RepeatedStrings.getDefaultInstance()));
            case Bool -> condition.setMatch(Match.newBuilder().setBoolean(true));
            case Geo ->
                condition.setGeoBoundingBox(GeoBoundingBox.newBuilder()
                        .setTopLeft(GeoPoint.newBuilder().setLat(91).setLon(-181))
                        .setBottomRight(GeoPoint.newBuilder().setLat(-91).setLon(181)));
            case UnknownType, UNRECOGNIZED -> condition.setIsEmpty(false);
        }
        Filter.Builder any =
                Filter.newBuilder().addShould(Condition.newBuilder().setField(condition));
        if (type == PayloadSchemaType.Bool) {
            condition.setMatch(Match.newBuilder().setBoolean(false));
            any.addShould(Condition.newBuilder().setField(condition));
        }
        // Texts are indexed like keywords, as far as who has one is concerned.
        PayloadSchemaInfo like = type == PayloadSchemaType.Text
                ? PayloadSchemaInfo.newBuilder()
                        .setDataType(PayloadSchemaType.Keyword)
                        .build()
                : schema;
        return FilterQuery.of(any.build(), PayloadSchema.of(Map.of(field, like)));
    }

    private static PayloadSchemaType type(CreateFieldIndexCollection request) {
        if (!request.hasFieldType()) {
            throw QdrantErrors.badInput("field type is missing");
        }
        return switch (request.getFieldType()) {
            case FieldTypeKeyword -> PayloadSchemaType.Keyword;
            case FieldTypeInteger -> PayloadSchemaType.Integer;
            case FieldTypeFloat -> PayloadSchemaType.Float;
            case FieldTypeGeo -> PayloadSchemaType.Geo;
            case FieldTypeText -> PayloadSchemaType.Text;
            case FieldTypeBool -> PayloadSchemaType.Bool;
            case FieldTypeDatetime -> PayloadSchemaType.Datetime;
            case FieldTypeUuid -> PayloadSchemaType.Uuid;
            case UNRECOGNIZED -> throw QdrantErrors.badInput("Malformed field type");
        };
    }

    private static PayloadSchemaType type(PayloadIndexParams params) {
        return switch (params.getIndexParamsCase()) {
            case KEYWORD_INDEX_PARAMS -> PayloadSchemaType.Keyword;
            case INTEGER_INDEX_PARAMS -> PayloadSchemaType.Integer;
            case FLOAT_INDEX_PARAMS -> PayloadSchemaType.Float;
            case GEO_INDEX_PARAMS -> PayloadSchemaType.Geo;
            case TEXT_INDEX_PARAMS -> PayloadSchemaType.Text;
            case BOOL_INDEX_PARAMS -> PayloadSchemaType.Bool;
            case DATETIME_INDEX_PARAMS -> PayloadSchemaType.Datetime;
            case UUID_INDEX_PARAMS -> PayloadSchemaType.Uuid;
            case INDEXPARAMS_NOT_SET -> throw QdrantErrors.badInput("field type is missing");
        };
    }
}
