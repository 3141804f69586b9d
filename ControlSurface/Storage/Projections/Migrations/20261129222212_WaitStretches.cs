using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ControlSurface.Storage.Projections.Migrations
{
    /// <inheritdoc />
    public partial class WaitStretches : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropPrimaryKey(
                name: "PK_waited",
                table: "waited");

            migrationBuilder.AddPrimaryKey(
                name: "PK_waited",
                table: "waited",
                columns: new[] { "workspace", "hours", "stretch", "cause", "queue", "kind" });

            // The file is then of no journal, and the projector makes it anew: what waited before is in the longer stretches too.
            migrationBuilder.Sql("update progress set hash = x''");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropPrimaryKey(
                name: "PK_waited",
                table: "waited");

            migrationBuilder.AddPrimaryKey(
                name: "PK_waited",
                table: "waited",
                columns: new[] { "workspace", "hours", "stretch", "queue", "cause", "kind" });
        }
    }
}
