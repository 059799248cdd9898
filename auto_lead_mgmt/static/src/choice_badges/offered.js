import { getFieldContext, getFieldDomain } from "@web/model/relational_model/utils";
import { useSpecialData } from "@web/views/fields/relational_utils";

/**
 * Ask for the records that a relational field offers, in its domain and its context.
 *
 * @returns {{data: Array}} with a list of [id, name]
 */
export function useOffered() {
    return useSpecialData((orm, { record, name, domain }) =>
        orm.call(record.fields[name].relation, "name_search", ["", getFieldDomain(record, name, domain)], {
            context: getFieldContext(record, name),
        })
    );
}
