// The naming page: boxes are drawn and changed by dragging on the photo; the number fields and the frame follow each other.

const photo = document.querySelector("#photo");
const svg = photo?.querySelector("svg");
if (svg) document.querySelectorAll("details[data-box]").forEach(editor);

function editor(details) {
  const how = details.querySelector("[data-how]");
  how.textContent = `${how.dataset.how} ${how.textContent}`;
  const fields = ["left", "top", "width", "height"].map((name) => details.querySelector(`[name=${name}]`));
  const frame = document.createElementNS(svg.namespaceURI, "rect");
  frame.setAttribute("class", "eyelid-frame");
  let drag = null;

  const read = () => fields.map((field) => field.valueAsNumber);
  const isBox = ([left, top, width, height]) => Number.isFinite(left + top) && width > 0 && height > 0;

  function show() {
    const box = read();
    const shown = details.open && isBox(box);
    ["x", "y", "width", "height"].forEach((name, at) => shown && frame.setAttribute(name, box[at]));
    if (shown) svg.append(frame);
    else frame.remove();
  }

  function write(x1, y1, x2, y2) {
    const { width, height } = svg.viewBox.baseVal;
    const within = (value, most) => Math.round(Math.min(Math.max(value, 0), most));
    const [left, right] = [within(Math.min(x1, x2), width), within(Math.max(x1, x2), width)];
    const [top, bottom] = [within(Math.min(y1, y2), height), within(Math.max(y1, y2), height)];
    [left, top, right - left, bottom - top].forEach((value, at) => (fields[at].value = value));
    show();
  }

  const place = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());

  svg.addEventListener("pointerdown", (event) => {
    if (!details.open || event.button !== 0) return;
    event.preventDefault();
    svg.setPointerCapture(event.pointerId);
    const at = place(event);
    drag = grasp(at, read());
  });
  svg.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const at = place(event);
    write(...drag(at));
  });
  svg.addEventListener("pointerup", () => (drag = null));
  svg.addEventListener("pointercancel", () => (drag = null));
  // a box is drawn over the links of others
  svg.addEventListener("click", (event) => details.open && event.detail > 0 && event.preventDefault());
  svg.addEventListener("dragstart", (event) => details.open && event.preventDefault());

  // by a corner, as a whole, or a new one
  function grasp(at, box) {
    const [left, top, width, height] = box;
    const near = 14 / svg.getScreenCTM().a;
    if (isBox(box)) {
      for (const [x, y, ox, oy] of [
        [left, top, left + width, top + height],
        [left + width, top, left, top + height],
        [left, top + height, left + width, top],
        [left + width, top + height, left, top],
      ]) {
        if (Math.hypot(at.x - x, at.y - y) < near) return (to) => [ox, oy, to.x, to.y];
      }
      if (at.x > left && at.x < left + width && at.y > top && at.y < top + height) {
        const [dx, dy] = [at.x - left, at.y - top];
        return (to) => [to.x - dx, to.y - dy, to.x - dx + width, to.y - dy + height];
      }
    }
    return (to) => [at.x, at.y, to.x, to.y];
  }

  fields.forEach((field) => field.addEventListener("input", show));
  details.addEventListener("toggle", () => {
    // one box at a time
    if (details.open) document.querySelectorAll("details[data-box]").forEach((other) => (other.open = other === details));
    photo.classList.toggle("eyelid-photo--drawing", document.querySelector("details[data-box][open]") !== null);
    show();
  });
}
