import { patch } from "@web/core/utils/patch";
import { ActionHelper } from "@web/views/action_helper";

/** Where a search for a customer finds nobody, the page says so, instead of praising a day's work that is not done. */
patch(ActionHelper.prototype, {
    /** The texts by which a customer was searched for, as one text; empty where nobody was. */
    get searchedCustomer() {
        const { searchModel } = this.env;
        return (searchModel?.query || [])
            .filter(({ searchItemId }) =>
                searchModel.searchItems[searchItemId].filterDomain?.includes("auto_find")
            )
            .map(({ autocompleteValue }) => autocompleteValue.label)
            .join(", ");
    },
});
