import { patch } from "@web/core/utils/patch";
import { View } from "@web/views/view";

/** Mark the views of our own models, also those of siblings. A view of another model says so itself, by its class. */
patch(View.prototype, {
    loadView(props) {
        const isOurs = props.resModel?.startsWith("auto.");
        return super.loadView(isOurs ? { ...props, className: `${props.className} o_auto_screen` } : props);
    },
});
