// The field that finds a person (PersonField.razor) shows who is chosen; whoever types looks for somebody else. So all of it is selected
// when the field is come to, and stays so while arrow keys lead through the list. Done here and not by the server, whose selection
// would arrive late and take the focus along.

const fieldOf = event => event.target.closest?.(".person-field input");

export function startPeople() {
  let comes = null;
  document.addEventListener("focusin", event => {
    comes = fieldOf(event);
    comes?.select();
  });
  // The press that came to the field has put the caret where it was made.
  document.addEventListener("click", event => {
    if (comes && fieldOf(event) === comes) comes.select();
    comes = null;
  });
  document.addEventListener("keydown", event => {
    comes = null;
    if (fieldOf(event) && (event.key === "ArrowDown" || event.key === "ArrowUp")) event.preventDefault();
  });
}
